"""What changed since a baseline: decisions, rates, single inputs, and what counts as a regression."""

import json
from dataclasses import replace

import pytest
from scipy.stats import binomtest
from tests.unit.decision.test_decide import CASES, candidate

from quantshift.core.errors import QuantshiftError
from quantshift.core.test_set import TestSet
from quantshift.decision import baseline, record
from quantshift.decision.baseline import Baseline, compare, key_of
from quantshift.decision.disagreeing import Identity, Input, changes
from quantshift.decision.policy import Policy

POLICY = Policy(0.01, "clean", 0.95, "size", 0.0, True, 0.25)
CLEAN, NOISY = TestSet("clean", "none", 0), TestSet("given", "noisy", 0)
KEY = ("mnist", "lenet5", "standard", "int8")
HEADER = "suite,shift,severity,input,source,label,top1_float32,top1_variant,margin_float32,margin_variant,tied"


SETS = {CLEAN.path: "00000001", NOISY.path: "00000002"}


def variant(low, high, **values):
    """Return a variant with these limits of its clean rate."""
    measured = candidate(CASES[0].candidates[0] | {"test_inputs": SETS} | values)
    return replace(measured, clean=replace(measured.clean, rate=(low + high) / 2, low=low, high=high))


SHIPS, OPEN, FAILS = variant(0.001, 0.004), variant(0.005, 0.02), variant(0.05, 0.06)


def disagreeing(*numbers, test_set=CLEAN, seed=0, sources=None):
    return {Input(seed, test_set, number): Identity((sources or {}).get(number, number), "1") for number in numbers}


def compared(before, now, inputs_before=None, inputs=None, policy=POLICY, own=POLICY):
    earlier = Baseline("old.json", before, own, {key_of(each): inputs_before for each in before})
    return compare(earlier, now, policy, {key_of(each): inputs for each in now})


def test_an_equal_run_is_no_regression():
    result = compared([SHIPS], [SHIPS], disagreeing(1, 5), disagreeing(1, 5))
    assert result["regressions"] == []
    (variant_change,) = result["models"][0]["variants"]
    assert (variant_change["newly"], variant_change["no_longer"], variant_change["p_value"]) == ([], [], 1.0)
    assert variant_change["clean"]["rate"] == variant_change["clean"]["rate_before"] == SHIPS.clean.rate


@pytest.mark.parametrize(
    ("before", "now", "regressed"),
    [
        *((SHIPS, SHIPS, False), (SHIPS, OPEN, True), (SHIPS, FAILS, True)),
        *((OPEN, SHIPS, False), (OPEN, OPEN, False), (OPEN, FAILS, True)),
        *((FAILS, SHIPS, False), (FAILS, OPEN, False), (FAILS, FAILS, False)),
    ],
)
def test_a_worse_decision_is_a_regression(before, now, regressed):
    assert bool(compared([before], [now])["regressions"]) is regressed


def test_each_input_that_newly_disagrees_is_named():
    before = disagreeing(1, 5) | disagreeing(7, test_set=NOISY)
    now = disagreeing(5, 9, 12) | disagreeing(7, 8, test_set=NOISY)
    (change,) = compared([SHIPS], [SHIPS], before, now)["models"][0]["variants"]
    clean = {"seed": 0, "suite": "clean", "shift": "none", "severity": 0}
    noisy = {"seed": 0, "suite": "given", "shift": "noisy", "severity": 0}
    assert change["newly"] == [clean | {"inputs": [9, 12]}, noisy | {"inputs": [8]}]
    assert change["no_longer"] == [clean | {"inputs": [1]}]


@pytest.mark.parametrize(("more", "fewer", "certain"), [(4, 0, False), (5, 0, True), (8, 2, False), (9, 1, True)])
def test_a_rate_increases_if_the_sign_test_says_so(more, fewer, certain):
    """Without other changes: 4 new disagreements have p = 1/16, and 5 have 1/32."""
    before, now = disagreeing(*range(100, 100 + fewer)), disagreeing(*range(more))
    result = compared([SHIPS], [SHIPS], before, now)
    (change,) = result["models"][0]["variants"]
    assert change["p_value"] == pytest.approx(binomtest(more, more + fewer, alternative="greater").pvalue)
    assert change["increased"] is certain is bool(result["regressions"])


def test_copies_of_one_source_count_once():
    now = disagreeing(*range(9), sources=dict.fromkeys(range(9), 3))
    (change,) = compared([SHIPS], [SHIPS], {}, now)["models"][0]["variants"]
    assert change["p_value"] == 0.5


def test_only_the_test_sets_of_the_policy_decide():
    now = disagreeing(*range(9), test_set=NOISY)
    (change,) = compared([SHIPS], [SHIPS], {}, now)["models"][0]["variants"]
    assert (change["p_value"], change["increased"]) == (1.0, False)
    (change,) = compared([SHIPS], [SHIPS], {}, now, replace(POLICY, on="shifted"))["models"][0]["variants"]
    assert change["increased"]


def test_several_variants_share_the_error():
    """Of two variants, each needs p <= 2.5 %: 5 of 5 changes have 3.1 %, and 6 of 6 have 1.6 %."""
    both = [SHIPS, replace(SHIPS, name="float16")]
    for more, certain in ((5, False), (6, True)):
        result = compared(both, both, {}, disagreeing(*range(more)))
        assert [change["increased"] for change in result["models"][0]["variants"]] == [certain] * 2


def test_without_tables_the_limits_must_not_overlap():
    for now, certain in ((variant(0.0039, 0.005), False), (variant(0.0041, 0.005), True)):
        (change,) = compared([SHIPS], [now])["models"][0]["variants"]
        assert (change["test"], change["newly"], change["increased"]) == ("unpaired", None, certain)


def test_other_test_inputs_are_not_compared_one_by_one():
    assert changes(disagreeing(1, 2), disagreeing(2, sources={2: 9})) is None
    more = replace(FAILS, test_inputs=dict.fromkeys(SETS, "00000003"))
    (change,) = compared([FAILS], [more], {}, disagreeing(*range(9)))["models"][0]["variants"]
    assert (change["test"], change["newly"], change["increased"]) == ("not compared", None, False)
    assert change["different"] == ["clean", "shifted", "worst"]
    assert (change["clean"]["rate_before"], change["clean"]["rate"]) == (None, FAILS.clean.rate)


@pytest.mark.parametrize("on", ["clean", "shifted", "worst"])
def test_a_replaced_shift_is_not_compared(on):
    """As many shifted sets of the same size as before, but another shift: only the clean inputs are the same."""
    policy = Policy(0.5, on, 0.95, "size", 0.0, True, 0.25)
    shifted = replace(SHIPS.shifted, low=0.2, high=0.3)
    now = replace(SHIPS, shifted=shifted, test_inputs={CLEAN.path: "00000001", "given/foggy/0": "00000002"})
    foggy = disagreeing(*range(40), test_set=TestSet("given", "foggy", 0))
    result = compared([SHIPS], [now], disagreeing(3), foggy | disagreeing(3, 4), policy)
    assert result["regressions"] == []
    (change,) = result["models"][0]["variants"]
    assert change["different"] == ["shifted", "worst"]
    assert (change["test"], change["p_value"]) == ("paired", 0.5)
    assert [group["inputs"] for group in change["newly"]] == [[4]]
    assert (change["shifted"]["rate_before"], change["worst"]["rate_before"]) == (None, None)


def test_a_rate_on_other_shifted_data_is_no_regression():
    shifted = replace(SHIPS.shifted, low=0.2, high=0.3)
    now = replace(SHIPS, shifted=shifted, test_inputs=SETS | {"given/more/0": "00000003"})
    policy = Policy(0.5, "shifted", 0.95, "size", 0.0, True, 0.25)
    assert compared([SHIPS], [now], policy=policy)["regressions"] == []
    assert compared([SHIPS], [replace(now, test_inputs=SETS)], policy=policy)["regressions"] != []


def test_models_and_variants_may_come_and_go():
    other = variant(0.001, 0.004, architecture="lenet1")
    result = compared([SHIPS, other], [SHIPS, replace(SHIPS, name="new")])
    first, second = result["models"]
    assert [change["decision_before"] for change in first["variants"]] == ["ship", None]
    assert (second["model"], second["decision"]) == ("mnist/lenet1/standard", None)
    assert result["regressions"] == ["mnist/lenet1/standard: it is in the baseline, but not in this run"]
    assert compared([SHIPS], [SHIPS, other])["regressions"] == []


def test_the_baseline_is_decided_by_the_present_policy():
    strict = replace(POLICY, accept=0.001)
    result = compared([OPEN], [OPEN], policy=strict)
    assert result["models"][0]["decision_before"] == result["models"][0]["decision"] == "do not ship"
    assert result["policy_before"]["accept"] == 0.01
    with pytest.raises(QuantshiftError, match=r"old\.json have the confidence 0\.95, and those of this run 0\.9"):
        compared([OPEN], [OPEN], policy=replace(POLICY, confidence=0.9))


def test_a_baseline_is_read_with_the_tables_next_to_it(tmp_path):
    file = tmp_path / "decision.json"
    record.write(file, [SHIPS], POLICY)
    assert baseline.read(file).inputs == {KEY: None}
    table = tmp_path / "disagreements/mnist/lenet5/standard/1/int8.csv"
    table.parent.mkdir(parents=True)
    table.write_text(f"{HEADER}\nclean,none,0,17,4,,2,3,0.1,0.2,False\n")
    assert baseline.read(file).inputs == {KEY: {Input(1, CLEAN, 17): Identity(4, "")}}
    table.write_text("suite,shift\nclean,none\n")
    with pytest.raises(QuantshiftError, match=r"int8\.csv is not a table of disagreements"):
        baseline.read(file)


def test_a_baseline_with_other_wording_is_read(tmp_path):
    """Only its measurements count: another version may state the reasons in other words."""
    file = tmp_path / "decision.json"
    record.write(file, [SHIPS], POLICY)
    content = json.loads(file.read_text(encoding="utf-8"))
    content["models"][0]["variants"][0]["reasons"] = ["in other words"]
    file.write_text(json.dumps(content), encoding="utf-8")
    assert baseline.read(file).entries == [SHIPS]
    with pytest.raises(QuantshiftError, match="do not follow"):
        record.read(file)


@pytest.mark.parametrize("change", [{"format": 1}, {"format": record.FORMAT + 1}, {"format": None}])
def test_a_baseline_of_another_format_must_be_created_again(tmp_path, change):
    file = tmp_path / "decision.json"
    record.write(file, [SHIPS], POLICY)
    content = json.loads(file.read_text(encoding="utf-8")) | change
    # The first versions wrote no number.
    file.write_text(json.dumps({key: value for key, value in content.items() if value is not None}), encoding="utf-8")
    with pytest.raises(
        QuantshiftError, match="was written by another version of quantshift: create the baseline again"
    ):
        baseline.read(file)
