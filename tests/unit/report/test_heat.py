"""The cells of the heat map."""

import pandas as pd
from tests.unit.decision.test_candidates import CLEAN, COUNTS, evaluation

from quantshift.analysis.statistics.intervals import wilson
from quantshift.report import heat


def test_the_heat_map_has_all_cells_with_the_clean_test_set_first():
    heat_map = heat.cells(pd.DataFrame(evaluation(COUNTS)))
    assert [tuple(row[4:7]) for row in heat_map] == [
        CLEAN,
        ("digits", "digits", 0),
        ("mnist_c", "fog", 1),
        ("mnist_c", "fog", 5),
    ]
    low, high = wilson(3, 1000)
    assert heat_map[0][7:] == [1000, 3, 0.003, round(float(low), 6), round(float(high), 6), 1, 0.001]
