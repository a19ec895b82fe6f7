"""Measurements of each variant: rates over seeds, the worst test set, gains."""

import pytest

from quantshift.analysis.statistics.intervals import one_sided
from quantshift.core.errors import QuantshiftError
from quantshift.core.model_id import ModelId
from quantshift.decision import candidates as members
from quantshift.decision.not_applicable import NotApplicable, not_applicable
from quantshift.decision.rates import Limiting

# The classes of every variant: of 10 classes with 100 inputs each, float32 and the variant answer 9.
CLASSES = {
    "labelled": True,
    "classes": 10,
    "answered": 9,
    "without_inputs": [],
    "chance": 0.1,
    "by_class": [{"class": number, "n": 100, "disagreements": number, "effective_n": 50.0} for number in range(10)],
}
MODEL = {"dataset": "mnist", "architecture": "lenet5", "method": "standard"}


def evaluation(counts, n=1000, seeds=(0,), effective=None):
    """Return the evaluation rows of one variant: disagreements by (suite, shift, severity) and seed."""
    return [
        {
            **MODEL,
            "seed": seed,
            "variant": variant,
            "suite": suite,
            "shift": shift,
            "severity": severity,
            "n": n,
            "accuracy": 0.9 if variant == "float32" else 0.89,
            "accuracy_float32": 0.9,
            "most_frequent_share": 0.1,
            "effective_inputs": float(n if effective is None else effective),
            "disagreements": 0 if variant == "float32" else by_seed[index],
            "disagreement_rate": 0.0 if variant == "float32" else by_seed[index] / n,
            # Two of them are ties.
            "tied_disagreements": 0 if variant == "float32" else min(by_seed[index], 2),
            "disagreement_rate_without_ties": 0.0 if variant == "float32" else max(by_seed[index] - 2, 0) / n,
        }
        for variant in ("float32", "int8")
        for (suite, shift, severity), by_seed in counts.items()
        for index, seed in enumerate(seeds)
    ]


def candidates(rows, table, confidence, facts=CLASSES):
    """Return the candidates of tables; all variants have the same classes."""
    classes = {
        (ModelId("mnist", "lenet5", "standard", seed), variant): facts
        for seed in (0, 1)
        for variant in ("float32", "int8")
    }
    return members.candidates(rows, table, classes, confidence)


# The shifted data as a whole, by seed: inputs, rate, rate without ties and effective number of inputs.
SHIFTED = [(3000, 0.02, 0.018, 400.0), (3000, 0.03, 0.02, 250.0)]


def variants(
    seeds=(0,),
    speed=2.0,
    integer_compute=0.0,
    may_saturate=False,
    size=250,
    quantized=(0.98, 0.98),
    shifted=SHIFTED,
):
    return [
        {
            **MODEL,
            "seed": seed,
            "variant": variant,
            "file_bytes": size if variant == "int8" else 1000,
            "images_per_second": 500.0 if speed else None,
            "speedup_over_float32": speed,
            "quantized_weight_share": quantized[seed] if variant == "int8" else 0.0,
            "integer_compute_share": integer_compute if variant == "int8" else 0.0,
            "may_saturate": may_saturate and variant == "int8",
            "saturates_without_vnni": variant == "int8",
            "shifted_inputs": shifted[seed][0],
            "shifted_rate": shifted[seed][1] if variant == "int8" else 0.0,
            "shifted_rate_without_ties": shifted[seed][2] if variant == "int8" else 0.0,
            "shifted_effective_inputs": shifted[seed][3],
            "status": "ok",
            "reason": "",
        }
        for seed in seeds
        for variant in ("float32", "int8")
    ]


def limits(rate):
    return rate.low, rate.high


CLEAN = ("clean", "none", 0)
COUNTS = {CLEAN: [3], ("mnist_c", "fog", 1): [5], ("mnist_c", "fog", 5): [40], ("digits", "digits", 0): [20]}


def test_a_candidate_has_the_rates_and_the_gains():
    (candidate,) = candidates(evaluation(COUNTS), variants(), 0.95)
    assert (candidate.name, candidate.seeds, candidate.shifted_sets) == ("int8", 1, 3)
    clean = candidate.clean
    assert (clean.rate, clean.without_ties, clean.disagreements, clean.ties) == (0.003, 0.001, 3, 2)
    assert clean.limiting == Limiting(0.003, 1000, 1000.0)
    shifted = candidate.shifted
    assert (shifted.n, shifted.rate, shifted.without_ties, shifted.effective_n) == (3000, 0.02, 0.018, 400.0)
    assert (shifted.disagreements, shifted.ties, shifted.limiting) == (65, 6, Limiting(0.02, 3000, 400.0))
    for rate in (candidate.worst_shifted, candidate.worst):
        assert (rate.suite, rate.shift, rate.severity, rate.rate) == ("mnist_c", "fog", 5, 0.04)
    assert candidate.accuracy_change == pytest.approx(-0.01)
    assert candidate.float32.accuracy == pytest.approx(0.9)
    assert (candidate.float32.classes, candidate.float32.classes_answered) == (10, 9)
    assert (candidate.file_bytes, candidate.size, candidate.may_saturate) == (250, 0.25, False)
    assert (candidate.milliseconds, candidate.speedup) == (2.0, 2.0)
    assert (candidate.quantized_weight_share, candidate.integer_compute_share) == (0.98, 0.0)


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.999])
def test_the_interval_of_the_worst_rate_holds_for_all_test_sets(confidence):
    (candidate,) = candidates(evaluation(COUNTS), variants(), confidence)
    assert limits(candidate.clean) == one_sided(3, 1000, confidence)
    assert limits(candidate.shifted) == one_sided(0.02 * 400, 400, confidence)
    assert limits(candidate.worst_shifted) == one_sided(40, 1000, 1 - (1 - confidence) / 3)
    assert limits(candidate.worst) == one_sided(40, 1000, 1 - (1 - confidence) / 4)
    low, high = one_sided(40, 1000, confidence)
    worst, shifted = candidate.worst, candidate.worst_shifted
    assert worst.low < shifted.low < low < high < shifted.high < worst.high


def test_the_worst_test_set_may_be_the_clean_one():
    (candidate,) = candidates(evaluation({CLEAN: [50], ("digits", "digits", 0): [20]}), variants(), 0.95)
    assert (candidate.worst.suite, candidate.worst.rate) == ("clean", 0.05)
    assert candidate.worst_shifted.suite == "digits"


def test_a_small_test_set_may_have_the_highest_limit():
    """`digits` has a lower rate than `fog`, but so few inputs that its true rate may be higher."""
    rows = evaluation(COUNTS)
    for row in rows:
        if row["suite"] == "digits" and row["variant"] == "int8":
            row.update(n=50, disagreements=1, disagreement_rate=0.02, effective_inputs=50.0)
    (candidate,) = candidates(rows, variants(), 0.95)
    assert (candidate.worst_shifted.shift, candidate.worst_shifted.rate) == ("fog", 0.04)
    assert candidate.worst_shifted.high == one_sided(1, 50, 1 - 0.05 / 3)[1] > one_sided(40, 1000, 1 - 0.05 / 3)[1]
    assert candidate.worst_shifted.low == one_sided(40, 1000, 1 - 0.05 / 3)[0]
    assert candidate.worst_shifted.limiting == Limiting(0.02, 50, 50.0)


def test_several_seeds_give_their_mean_and_the_widest_interval():
    (candidate,) = candidates(evaluation({CLEAN: [2, 8]}, seeds=(0, 1)), variants(seeds=(0, 1)), 0.95)
    assert candidate.clean.rate == pytest.approx(0.005)
    assert limits(candidate.clean) == (one_sided(2, 1000)[0], one_sided(8, 1000)[1])
    assert candidate.seeds == 2


def test_several_seeds_give_the_mean_rate_on_the_shifted_data_and_the_widest_interval():
    counts = {CLEAN: [2, 8], ("mnist_c", "fog", 1): [5, 5]}
    (candidate,) = candidates(evaluation(counts, seeds=(0, 1)), variants(seeds=(0, 1)), 0.9)
    shifted = candidate.shifted
    assert (shifted.n, shifted.rate, shifted.without_ties, shifted.effective_n) == (3000, 0.025, 0.019, 250.0)
    assert limits(shifted) == (one_sided(8, 400, 0.9)[0], one_sided(7.5, 250, 0.9)[1])


def test_without_shifted_test_sets_the_clean_one_is_the_worst():
    (candidate,) = candidates(evaluation({CLEAN: [2]}), variants(), 0.95)
    assert candidate.shifted is None
    assert candidate.worst_shifted is None
    assert candidate.worst == candidate.clean


def test_inputs_of_one_source_are_not_independent():
    """Ten copies of each of 100 inputs are as informative as the 100 inputs."""
    (copies,) = candidates(evaluation({CLEAN: [20]}, n=1000, effective=100), variants(), 0.95)
    (single,) = candidates(evaluation({CLEAN: [2]}, n=100), variants(), 0.95)
    assert limits(copies.clean) == pytest.approx(limits(single.clean))
    assert copies.clean.n == 1000


def test_without_inputs_a_rate_is_unknown():
    rows = evaluation({CLEAN: [0], ("digits", "digits", 0): [20]})
    for row in rows:
        if row["suite"] == "clean":
            row.update(n=0, disagreement_rate=None, disagreement_rate_without_ties=None)
    (candidate,) = candidates(rows, variants(), 0.95)
    assert (candidate.clean.n, *limits(candidate.clean)) == (0, 0.0, 1.0)
    assert candidate.worst.high == 1.0
    (candidate,) = candidates([row for row in rows if row["suite"] != "clean"], variants(), 0.95)
    assert (candidate.clean.suite, candidate.clean.n, candidate.float32.accuracy) == ("clean", 0, None)


def test_missing_measurements_are_none():
    rows = evaluation(COUNTS)
    for row in rows:
        row.update(accuracy=None, accuracy_float32=None)
    table = variants(speed=None, integer_compute=None, may_saturate=True)
    (candidate,) = candidates(rows, table, 0.95)
    absent = (candidate.milliseconds, candidate.speedup, candidate.integer_compute_share, candidate.accuracy_change)
    assert absent == (None,) * 4
    assert (candidate.float32.accuracy, candidate.float32.chance) == (None, None)
    assert candidate.may_saturate


def test_a_candidate_states_that_cpus_without_vnni_may_saturate():
    (candidate,) = candidates(evaluation(COUNTS), variants(may_saturate=False), 0.95)
    assert (candidate.may_saturate, candidate.saturates_without_vnni) == (False, True)


@pytest.mark.parametrize("quantized", [(0.0, 0.0), (1.0, 0.0)])
def test_the_share_of_quantized_weights_is_the_minimum_over_seeds(quantized):
    table = variants(seeds=(0, 1), quantized=quantized)
    (candidate,) = candidates(evaluation({CLEAN: [2, 8]}, seeds=(0, 1)), table, 0.95)
    assert candidate.quantized_weight_share == 0.0


def test_tables_of_different_studies_are_rejected():
    other = [row | {"method": "qat"} for row in variants()]
    with pytest.raises(QuantshiftError, match="table variants has no row for mnist/lenet5/standard/int8"):
        candidates(evaluation(COUNTS), other, 0.95)
    with pytest.raises(QuantshiftError, match="table evaluation has no row for mnist/lenet5/qat/int8"):
        candidates(evaluation(COUNTS), variants() + other, 0.95)
    with pytest.raises(QuantshiftError, match="no float32 row for mnist/lenet5/standard/0"):
        candidates(evaluation(COUNTS), [row for row in variants() if row["variant"] == "int8"], 0.95)
    with pytest.raises(QuantshiftError, match="no shifted_rate for mnist/lenet5/standard/0/int8, but"):
        candidates(evaluation(COUNTS), variants(shifted=[(None,) * 4] * 2), 0.95)


def test_tables_of_different_seeds_are_rejected():
    with pytest.raises(QuantshiftError, match="different seeds of mnist/lenet5/standard/int8"):
        candidates(evaluation({CLEAN: [2, 8]}, seeds=(0, 1)), variants(seeds=(0,)), 0.95)


def test_a_variant_that_is_not_applicable_is_no_candidate():
    refused = [
        dict.fromkeys(row)
        | MODEL
        | {"seed": row["seed"], "variant": "static_int8", "status": "not applicable", "reason": f"reason {row['seed']}"}
        for row in variants(seeds=(0, 1))
        if row["variant"] == "int8"
    ]
    rows = variants(seeds=(0, 1)) + refused[::-1]
    (candidate,) = candidates(evaluation({CLEAN: [2, 8]}, seeds=(0, 1)), rows, 0.95)
    assert candidate.name == "int8"
    assert not_applicable(rows) == [NotApplicable(**MODEL, name="static_int8", reason="reason 0")]
    assert candidates([], [row for row in rows if row["variant"] != "int8"], 0.95) == []


def test_a_variant_that_one_seed_cannot_take_is_no_candidate():
    rows = variants(seeds=(0, 1))
    rows[-1] |= {"status": "not applicable", "reason": "why"}
    measured = [
        row for row in evaluation({CLEAN: [2, 8]}, seeds=(0, 1)) if (row["seed"], row["variant"]) != (1, "int8")
    ]
    assert candidates(measured, rows, 0.95) == []
    assert [entry.reason for entry in not_applicable(rows)] == ["why"]


def test_inputs_in_groups_count_as_fewer_inputs():
    rows = evaluation(COUNTS)
    for row in rows:
        row["effective_inputs"] = 100.0
    (candidate,) = candidates(rows, variants(), 0.95)
    assert limits(candidate.clean) == one_sided(0.003 * 100, 100, 0.95)
    assert candidate.clean.limiting == Limiting(0.003, 1000, 100.0)


def test_each_class_has_its_rate_over_all_seeds():
    counts = {CLEAN: [2, 8]}
    (candidate,) = candidates(evaluation(counts, seeds=(0, 1)), variants(seeds=(0, 1)), 0.9)
    third = candidate.by_class[3]
    assert (third.number, third.n, third.disagreements, third.rate) == (3, 100, 6, 0.03)
    assert limits(third) == one_sided(1.5, 50, 0.9)
    assert len(candidate.by_class) == 10


@pytest.mark.parametrize(("accuracy", "kappa"), [(0.9, 0.87), (0.29, 0.18), (0.1, -0.02)])
def test_the_kappa_of_float32_is_the_least_of_the_seeds(accuracy, kappa):
    rows = evaluation({CLEAN: [2, 8]}, seeds=(0, 1))
    for row in rows:
        if row["seed"] == 1 and row["variant"] == "float32":
            row.update(accuracy=accuracy, accuracy_float32=accuracy)
    (candidate,) = candidates(rows, variants(seeds=(0, 1)), 0.95)
    assert candidate.float32.kappa == pytest.approx(kappa, abs=0.01)


def test_classes_without_inputs_are_listed():
    facts = CLASSES | {"without_inputs": [3, 7]}
    (candidate,) = candidates(evaluation(COUNTS), variants(), 0.95, facts)
    assert candidate.float32.classes_without_inputs == [3, 7]
