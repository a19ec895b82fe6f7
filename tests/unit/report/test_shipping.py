"""The lines of the table: rates over seeds, the worst test set, gains."""

import pandas as pd
import pytest

from quantshift.analysis.statistics.intervals import wilson
from quantshift.report import heat
from quantshift.report.gain import LEAST_SPEED, MOST_SIZE
from quantshift.report.shipping import lines, rate

MODEL = {"dataset": "mnist", "architecture": "lenet5", "method": "standard"}


def evaluation(counts, n=1000, seeds=(0,)):
    """Return the evaluation rows of one variant: disagreements by (suite, shift, severity) and seed."""
    return pd.DataFrame(
        [
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
    )


def variants(seeds=(0,), speed=2.0, integer_compute=0.0, may_saturate=False, size=250, quantized=(0.98, 0.98)):
    return pd.DataFrame(
        [
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
    ).astype({"may_saturate": "boolean", "saturates_without_vnni": "boolean"})


CLEAN = ("clean", "none", 0)
COUNTS = {CLEAN: [3], ("mnist_c", "fog", 1): [5], ("mnist_c", "fog", 5): [40], ("digits", "digits", 0): [20]}


def test_a_line_has_the_clean_and_the_worst_rate_and_the_gains():
    (line,) = lines(evaluation(COUNTS), variants())
    assert (line.variant, line.seeds, line.shifted_sets) == ("int8", 1, 3)
    assert (line.clean.rate, line.clean.without_ties) == (0.003, 0.001)
    assert (line.worst.suite, line.worst.shift, line.worst.severity, line.worst.rate) == ("mnist_c", "fog", 5, 0.04)
    assert line.accuracy_change == pytest.approx(-0.01)
    assert line.accuracy_float32 == pytest.approx(0.9)
    assert (line.size, line.speed, line.may_saturate) == (0.25, 2.0, False)
    assert (line.quantized_weights, line.integer_compute) == (0.98, 0.0)


def test_the_worst_rates_interval_holds_for_all_test_sets():
    (line,) = lines(evaluation(COUNTS), variants())
    low, high = wilson(40, 1000, 1 - 0.05 / 3)
    assert (line.worst.low, line.worst.high) == (float(low), float(high))
    plain = wilson(40, 1000)
    assert line.worst.low < plain[0] < plain[1] < line.worst.high


def test_a_small_test_set_may_have_the_highest_limit():
    """`digits` has a lower rate than `fog`, of so few inputs that it may be the higher one."""
    table = evaluation(COUNTS)
    small = table["suite"] == "digits"
    table.loc[small, "n"] = 50
    table.loc[small & (table["variant"] == "int8"), ["disagreements", "disagreement_rate"]] = [1, 0.02]
    (line,) = lines(table, variants())
    assert (line.worst.shift, line.worst.rate) == ("fog", 0.04)
    assert line.worst.high == float(wilson(1, 50, 1 - 0.05 / 3)[1]) > wilson(40, 1000, 1 - 0.05 / 3)[1]
    assert line.worst.low == float(wilson(40, 1000, 1 - 0.05 / 3)[0])


def test_of_several_seeds_the_mean_and_the_widest_interval_count():
    (line,) = lines(evaluation({CLEAN: [2, 8]}, seeds=(0, 1)), variants(seeds=(0, 1)))
    assert line.clean.rate == pytest.approx(0.005)
    assert (line.clean.low, line.clean.high) == (float(wilson(2, 1000)[0]), float(wilson(8, 1000)[1]))
    assert line.seeds == 2
    assert line.worst is None


def test_what_was_not_measured_is_none():
    (line,) = lines(evaluation(COUNTS), variants(speed=float("nan"), integer_compute=float("nan"), may_saturate=True))
    assert line.speed is None
    assert line.integer_compute is None
    assert line.may_saturate
    assert line.withheld == {"size": None, "speed": "its speed was not measured"}


@pytest.mark.parametrize(
    ("size", "speed", "ships_for"),
    [
        (MOST_SIZE, LEAST_SPEED, ["size", "speed"]),
        (MOST_SIZE, 0.5, ["size"]),
        (MOST_SIZE + 0.001, LEAST_SPEED, ["speed"]),
        (MOST_SIZE + 0.001, LEAST_SPEED - 0.001, []),
        (1.02, 0.97, []),
    ],
)
def test_what_is_neither_smaller_nor_faster_is_withheld(size, speed, ships_for):
    (line,) = lines(evaluation(COUNTS), variants(size=1000 * size, speed=speed))
    assert [wanted for wanted, reason in line.withheld.items() if reason is None] == ships_for
    assert all("float32’s" in reason for reason in line.withheld.values() if reason)


@pytest.mark.parametrize("quantized", [(0.0, 0.0), (1.0, 0.0)])
def test_what_quantized_no_weights_is_withheld_however_fast_and_small_it_is(quantized):
    """One seed without them is enough."""
    table = variants(seeds=(0, 1), size=100, speed=9.0, quantized=quantized)
    (line,) = lines(evaluation({CLEAN: [2, 8]}, seeds=(0, 1)), table)
    assert set(line.withheld.values()) == {"none of its weights are quantized"}


def test_a_line_says_that_cpus_without_vnni_answer_otherwise():
    (line,) = lines(evaluation(COUNTS), variants(may_saturate=False))
    assert (line.may_saturate, line.saturates_without_vnni) == (False, True)


def test_the_heat_map_has_all_cells_and_the_clean_one_first():
    found = heat.cells(evaluation(COUNTS))
    assert [tuple(row[4:7]) for row in found] == [
        CLEAN,
        ("digits", "digits", 0),
        ("mnist_c", "fog", 1),
        ("mnist_c", "fog", 5),
    ]
    clean = rate(evaluation({CLEAN: [3]}).query("variant == 'int8'"))
    assert found[0][7:] == [1000, 3, 0.003, round(clean.low, 6), round(clean.high, 6), 1, 0.001]
