"""The decision for each model: hand-made cases, and properties that hold for all of them."""

from dataclasses import asdict, replace

import pytest
from tests.decision_cases import cases

from quantshift.decision.candidates import Candidate
from quantshift.decision.decide import CANNOT_TELL, DO_NOT_SHIP, SHIP, decide, judged
from quantshift.decision.float32 import Float32
from quantshift.decision.not_applicable import NotApplicable
from quantshift.decision.policy import EITHER, SIZE, SPEED, TEST_SETS, Policy
from quantshift.decision.rates import Limiting
from quantshift.decision.record import RATES

CASES = cases()


def candidate(values):
    """Return a candidate of a case."""
    rates = {name: values[name] and _rate(kind, values[name]) for name, kind in RATES.items()}
    return Candidate(**values | rates | {"float32": Float32(**values["float32"]), "by_class": ()})


def _rate(kind, values):
    return kind(**values | {"limiting": Limiting(**values["limiting"])})


def entries(case):
    """Return the candidates of a case and its variants that are not applicable."""
    return [*map(candidate, case.candidates), *(NotApplicable(**values) for values in case.not_applicable)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case(case):
    decisions = decide(entries(case), Policy(**case.policy))
    assert [asdict(decision) for decision in decisions] == case.decisions


def test_the_cases_cover_all_decisions_and_settings():
    assert {decision["decision"] for case in CASES for decision in case.decisions} == {SHIP, DO_NOT_SHIP, CANNOT_TELL}
    assert {case.policy["on"] for case in CASES} == set(TEST_SETS)
    assert {case.policy["gain"] for case in CASES} == {SIZE, SPEED, EITHER}
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("gain", [SIZE, SPEED, EITHER])
@pytest.mark.parametrize("on", TEST_SETS)
def test_a_higher_accepted_share_ships_no_fewer_variants(on, gain):
    variants = [candidate(values) for case in CASES for values in case.candidates]
    shipped: set[int] = set()
    for accept in (0.0, 0.001, 0.005, 0.01, 0.03, 0.1, 1.0):
        policy = Policy(accept, on, 0.95, gain, 0.0, True, 0.25)
        now = {index for index, variant in enumerate(variants) if decide([variant], policy)[0].decision == SHIP}
        assert shipped <= now
        shipped = now
    assert shipped


def test_shipped_variants_stay_within_the_accepted_share_and_have_quantized_weights():
    for case in CASES:
        policy = Policy(**case.policy)
        for model in decide(entries(case), policy):
            variants = [variant for variant in map(candidate, case.candidates) if variant.name == model.variant]
            if model.decision == SHIP:
                assert any(
                    judged(variant, policy).high <= policy.accept and variant.quantized_weight_share > 0
                    for variant in variants
                )


def test_a_wider_interval_never_turns_one_decision_into_the_opposite():
    variant = candidate(CASES[0].candidates[0])
    policy = Policy(0.01, "shifted", 0.95, "size", 0.0, True, 0.25)
    for low, high in ((0.002, 0.008), (0.02, 0.03)):
        narrow = replace(variant, shifted=replace(variant.shifted, low=low, high=high))
        wide = replace(variant, shifted=replace(variant.shifted, low=low / 10, high=min(10 * high, 1.0)))
        (before,), (after,) = decide([narrow], policy), decide([wide], policy)
        assert {before.decision, after.decision} != {SHIP, DO_NOT_SHIP}
