"""The number of inputs that a decision needs: known answers, and it is the least number that ships."""

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.unit.decision.test_candidates import CLEAN, candidates, evaluation, variants
from tests.unit.decision.test_decide import CASES, candidate

from quantshift.decision.decide import CANNOT_TELL, SHIP, decide
from quantshift.decision.inputs_needed import inputs_needed
from quantshift.decision.policy import Policy
from quantshift.decision.rates import Limiting, set_rate


def policy(accept=0.01, confidence=0.95, on="clean"):
    return Policy(accept, on, confidence, "size", 0.0, True, 0.25)


def rows(n, disagreements=0, effective=None):
    """Return the row of the clean test set."""
    _, row = evaluation({CLEAN: [disagreements]}, n=n)
    return [row | {"effective_inputs": float(effective or n), "disagreement_rate": disagreements / n}]


@pytest.mark.parametrize(
    ("accept", "confidence", "needed"),
    [(0.01, 0.95, 299), (0.001, 0.95, 2995), (0.05, 0.95, 59), (0.01, 0.99, 459), (0.1, 0.9, 22), (0.5, 0.5, 1)],
)
def test_without_disagreements_the_number_is_that_of_the_exact_bound(accept, confidence, needed):
    """The least n with (1 - accept)^n <= 1 - confidence."""
    assert math.ceil(math.log(1 - confidence) / math.log(1 - accept)) == needed
    rate = set_rate(rows(10), confidence)
    if needed > 10:
        assert inputs_needed(rate, accept, confidence) == needed


@pytest.mark.parametrize(("n", "decision", "needed"), [(298, CANNOT_TELL, 299), (299, SHIP, None)])
def test_a_model_without_disagreements_ships_with_the_number_and_not_with_one_fewer(n, decision, needed):
    (measured,) = candidates(evaluation({CLEAN: [0]}, n=n), variants(), 0.95)
    (model,) = decide([measured], policy())
    assert (model.decision, model.inputs_needed) == (decision, needed)


def test_samples_in_groups_need_more_inputs():
    """Samples in groups of ten are as good as a tenth of them."""
    assert inputs_needed(set_rate(rows(1000, effective=100), 0.95), 0.01, 0.95) == 2981


def test_rates_that_are_not_below_the_accepted_share_need_more_than_inputs():
    assert inputs_needed(set_rate(rows(1000, 10), 0.95), 0.01, 0.95) is None
    assert inputs_needed(set_rate(rows(1000), 0.95), 0.0, 0.95) is None


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(5, 3000),
    part=st.floats(0, 0.999),
    design=st.floats(1, 20),
    accept=st.sampled_from([0.001, 0.01, 0.05, 0.3]),
    confidence=st.sampled_from([0.5, 0.9, 0.95, 0.999]),
)
def test_the_number_is_the_least_that_ships_at_the_measured_rate(n, part, design, accept, confidence):
    count = math.floor(part * n * accept)
    measured = candidate(CASES[0].candidates[0])
    chosen = policy(accept, confidence)
    rate = set_rate(rows(n, count, n / design), confidence)
    assume(rate.high > accept)
    needed = inputs_needed(rate, accept, confidence)
    assume(needed is not None)

    def decision(inputs):
        scaled = count / n * inputs
        row = rows(inputs, scaled, inputs / design)
        row[0]["disagreements"] = round(scaled)
        (model,) = decide([type(measured)(**vars(measured) | {"clean": set_rate(row, confidence)})], chosen)
        return model

    assert decision(needed).decision == SHIP
    assert decision(needed - 1).decision == CANNOT_TELL
    assert decision(needed - 1).inputs_needed == needed
    # With no further disagreement it ships all the more.
    row = rows(needed, count, needed / design)
    assert set_rate(row, confidence).high <= accept


def test_a_decision_states_the_number_only_if_nothing_else_prevents_shipping():
    case = next(case for case in CASES if case.name == "classes have no inputs, and there are too few inputs")
    assert case.decisions[0]["inputs_needed"] is None
    assert any("needed" in reason for reason in case.decisions[0]["reasons"])


def test_unknown_rates_have_no_number():
    rate = set_rate([], 0.95)
    assert rate.limiting == Limiting(0.0, 0, 0.0)
    assert inputs_needed(rate, 0.01, 0.95) is None
