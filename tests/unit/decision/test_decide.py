"""The decision on each model: the hand-made cases, and properties that hold for all of them."""

from dataclasses import asdict, replace

import pytest
from tests.decision_cases import cases

from quantshift.decision.candidates import Candidate, Rate
from quantshift.decision.decide import CANNOT_TELL, DO_NOT_SHIP, SHIP, decide, judged
from quantshift.decision.policy import EITHER, SIZE, SPEED, TEST_SETS, Policy

CASES = cases()


def candidate(own):
    rates = {name: own[name] and Rate(**own[name]) for name in ("clean", "shifted", "worst")}
    return Candidate(**own | rates)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case(case):
    found = decide([candidate(own) for own in case.candidates], Policy(**case.policy))
    assert [asdict(decision) for decision in found] == case.decisions


def test_the_cases_have_all_words_and_settings():
    assert {decision["decision"] for case in CASES for decision in case.decisions} == {SHIP, DO_NOT_SHIP, CANNOT_TELL}
    assert {case.policy["test_sets"] for case in CASES} == set(TEST_SETS)
    assert {case.policy["gain"] for case in CASES} == {SIZE, SPEED, EITHER}
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("gain", [SIZE, SPEED, EITHER])
@pytest.mark.parametrize("test_sets", TEST_SETS)
def test_who_accepts_more_ships_no_fewer_variants(test_sets, gain):
    variants = [candidate(own) for case in CASES for own in case.candidates]
    shipped: set[int] = set()
    for accept in (0.0, 0.001, 0.005, 0.01, 0.03, 0.1, 1.0):
        policy = Policy(accept, test_sets, 0.95, gain)
        now = {place for place, one in enumerate(variants) if decide([one], policy)[0].decision == SHIP}
        assert shipped <= now
        shipped = now
    assert shipped


def test_what_ships_stays_within_the_accepted_share_and_has_quantized_weights():
    for case in CASES:
        policy = Policy(**case.policy)
        for model in decide(map(candidate, case.candidates), policy):
            own = [one for one in map(candidate, case.candidates) if one.variant == model.variant]
            if model.decision == SHIP:
                assert any(judged(one, policy).high <= policy.accept and one.least_quantized_weights > 0 for one in own)


def test_a_wider_interval_never_turns_one_decision_into_the_opposite():
    one = candidate(CASES[0].candidates[0])
    policy = Policy(0.01, "shifted", 0.95, "size")
    for low, high in ((0.002, 0.008), (0.02, 0.03)):
        narrow = replace(one, shifted=replace(one.shifted, low=low, high=high))
        wide = replace(one, shifted=replace(one.shifted, low=low / 10, high=min(10 * high, 1.0)))
        (before,), (after,) = decide([narrow], policy), decide([wide], policy)
        assert {before.decision, after.decision} != {SHIP, DO_NOT_SHIP}
