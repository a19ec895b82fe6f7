"""What was measured of each variant: rates over seeds, the worst test set, gains."""

import pytest

from quantshift.analysis.statistics.intervals import wilson
from quantshift.core.errors import QuantshiftError
from quantshift.decision.candidates import candidates

MODEL = {"dataset": "mnist", "architecture": "lenet5", "method": "standard"}


def evaluation(counts, n=1000, seeds=(0,)):
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
            "disagreements": 0 if variant == "float32" else found[at],
            "disagreement_rate": 0.0 if variant == "float32" else found[at] / n,
            # All but two are no ties.
            "disagreement_rate_without_ties": 0.0 if variant == "float32" else max(found[at] - 2, 0) / n,
        }
        for variant in ("float32", "int8")
        for (suite, shift, severity), found in counts.items()
        for at, seed in enumerate(seeds)
    ]


def variants(seeds=(0,), speed=2.0, integer_compute=0.0, may_saturate=False, size=250, quantized=(0.98, 0.98)):
    return [
        {
            **MODEL,
            "seed": seed,
            "variant": variant,
            "file_bytes": size if variant == "int8" else 1000,
            "speedup_over_float32": speed,
            "quantized_weight_share": quantized[seed] if variant == "int8" else 0.0,
            "integer_compute_share": integer_compute if variant == "int8" else 0.0,
            "may_saturate": may_saturate and variant == "int8",
            "saturates_without_vnni": variant == "int8",
        }
        for seed in seeds
        for variant in ("float32", "int8")
    ]


def limits(rate):
    return rate.low, rate.high


CLEAN = ("clean", "none", 0)
COUNTS = {CLEAN: [3], ("mnist_c", "fog", 1): [5], ("mnist_c", "fog", 5): [40], ("digits", "digits", 0): [20]}


def test_a_candidate_has_the_clean_and_the_worst_rate_and_the_gains():
    (found,) = candidates(evaluation(COUNTS), variants(), 0.95)
    assert (found.variant, found.seeds, found.shifted_sets) == ("int8", 1, 3)
    assert (found.clean.rate, found.clean.without_ties) == (0.003, 0.001)
    for rate in (found.shifted, found.worst):
        assert (rate.suite, rate.shift, rate.severity, rate.rate) == ("mnist_c", "fog", 5, 0.04)
    assert found.accuracy_change == pytest.approx(-0.01)
    assert found.accuracy_float32 == pytest.approx(0.9)
    assert (found.size, found.speed, found.may_saturate) == (0.25, 2.0, False)
    assert (found.quantized_weights, found.integer_compute) == (0.98, 0.0)


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.999])
def test_the_worst_rates_interval_holds_for_all_test_sets(confidence):
    (found,) = candidates(evaluation(COUNTS), variants(), confidence)
    assert limits(found.clean) == wilson(3, 1000, confidence)
    assert limits(found.shifted) == wilson(40, 1000, 1 - (1 - confidence) / 3)
    assert limits(found.worst) == wilson(40, 1000, 1 - (1 - confidence) / 4)
    low, high = wilson(40, 1000, confidence)
    assert found.worst.low < found.shifted.low < low < high < found.shifted.high < found.worst.high


def test_the_worst_set_may_be_the_clean_one():
    (found,) = candidates(evaluation({CLEAN: [50], ("digits", "digits", 0): [20]}), variants(), 0.95)
    assert (found.worst.suite, found.worst.rate) == ("clean", 0.05)
    assert found.shifted.suite == "digits"


def test_a_small_test_set_may_have_the_highest_limit():
    """`digits` has a lower rate than `fog`, of so few inputs that it may be the higher one."""
    rows = evaluation(COUNTS)
    for row in rows:
        if row["suite"] == "digits" and row["variant"] == "int8":
            row.update(n=50, disagreements=1, disagreement_rate=0.02)
    (found,) = candidates(rows, variants(), 0.95)
    assert (found.shifted.shift, found.shifted.rate) == ("fog", 0.04)
    assert found.shifted.high == wilson(1, 50, 1 - 0.05 / 3)[1] > wilson(40, 1000, 1 - 0.05 / 3)[1]
    assert found.shifted.low == wilson(40, 1000, 1 - 0.05 / 3)[0]


def test_of_several_seeds_the_mean_and_the_widest_interval_count():
    (found,) = candidates(evaluation({CLEAN: [2, 8]}, seeds=(0, 1)), variants(seeds=(0, 1)), 0.95)
    assert found.clean.rate == pytest.approx(0.005)
    assert limits(found.clean) == (wilson(2, 1000)[0], wilson(8, 1000)[1])
    assert found.seeds == 2


def test_without_shifted_test_sets_the_clean_one_is_the_worst():
    (found,) = candidates(evaluation({CLEAN: [2]}), variants(), 0.95)
    assert found.shifted is None
    assert found.worst == found.clean


def test_without_inputs_a_rate_is_unknown():
    rows = evaluation({CLEAN: [0], ("digits", "digits", 0): [20]})
    for row in rows:
        if row["suite"] == "clean":
            row.update(n=0, disagreement_rate=None, disagreement_rate_without_ties=None)
    (found,) = candidates(rows, variants(), 0.95)
    assert (found.clean.n, *limits(found.clean)) == (0, 0.0, 1.0)
    assert found.worst.high == 1.0
    (found,) = candidates([row for row in rows if row["suite"] != "clean"], variants(), 0.95)
    assert (found.clean.suite, found.clean.n, found.accuracy_float32) == ("clean", 0, None)


def test_what_was_not_measured_is_none():
    rows = evaluation(COUNTS)
    for row in rows:
        row.update(accuracy=None, accuracy_float32=None)
    table = variants(speed=None, integer_compute=None, may_saturate=True)
    (found,) = candidates(rows, table, 0.95)
    assert (found.speed, found.integer_compute, found.accuracy_float32, found.accuracy_change) == (None,) * 4
    assert found.may_saturate


def test_a_candidate_says_that_cpus_without_vnni_answer_otherwise():
    (found,) = candidates(evaluation(COUNTS), variants(may_saturate=False), 0.95)
    assert (found.may_saturate, found.saturates_without_vnni) == (False, True)


@pytest.mark.parametrize("quantized", [(0.0, 0.0), (1.0, 0.0)])
def test_the_least_share_of_quantized_weights_is_that_of_any_seed(quantized):
    table = variants(seeds=(0, 1), quantized=quantized)
    (found,) = candidates(evaluation({CLEAN: [2, 8]}, seeds=(0, 1)), table, 0.95)
    assert found.least_quantized_weights == 0.0
    assert found.quantized_weights == sum(quantized) / 2


def test_tables_of_different_studies_are_refused():
    other = [row | {"method": "qat"} for row in variants()]
    with pytest.raises(QuantshiftError, match="table variants has no row of mnist/lenet5/standard/int8"):
        candidates(evaluation(COUNTS), other, 0.95)
    with pytest.raises(QuantshiftError, match="table evaluation has no row of mnist/lenet5/qat/int8"):
        candidates(evaluation(COUNTS), variants() + other, 0.95)
    with pytest.raises(QuantshiftError, match="no float32 of mnist/lenet5/standard/0"):
        candidates(evaluation(COUNTS), [row for row in variants() if row["variant"] == "int8"], 0.95)
