"""The cells of the heat map."""

import pandas as pd
from tests.unit.decision.test_candidates import CLEAN, COUNTS, evaluation

from quantshift.analysis.statistics.intervals import wilson
from quantshift.report import heat


def test_the_heat_map_has_all_cells_and_the_clean_one_first():
    found = heat.cells(pd.DataFrame(evaluation(COUNTS)))
    assert [tuple(row[4:7]) for row in found] == [
        CLEAN,
        ("digits", "digits", 0),
        ("mnist_c", "fog", 1),
        ("mnist_c", "fog", 5),
    ]
    low, high = wilson(3, 1000)
    assert found[0][7:] == [1000, 3, 0.003, round(float(low), 6), round(float(high), 6), 1, 0.001]
