"""The cells of the heat map."""

import pandas as pd
from tests.unit.decision.test_candidates import CLEAN, COUNTS, evaluation

from quantshift.report import heat


def table(seeds=(0,), limits=((0.001, 0.009),)):
    """Return an evaluation table whose limits depend on the seed only."""
    rows = pd.DataFrame(evaluation(COUNTS if len(seeds) == 1 else {CLEAN: [3] * len(seeds)}, seeds=seeds))
    by_seed = dict(zip(seeds, limits, strict=True))
    return rows.assign(
        disagreement_low=[by_seed[seed][0] for seed in rows["seed"]],
        disagreement_high=[by_seed[seed][1] for seed in rows["seed"]],
    )


def test_the_heat_map_has_all_cells_with_the_clean_test_set_first():
    heat_map = heat.cells(table())
    assert [tuple(row[4:7]) for row in heat_map] == [
        CLEAN,
        ("digits", "digits", 0),
        ("mnist_c", "fog", 1),
        ("mnist_c", "fog", 5),
    ]
    assert heat_map[0][7:] == [1000, 3, 0.003, 0.001, 0.009, 1, 0.001]


def test_the_limits_are_those_of_the_table():
    """With several inputs of one source they are wider than those that the counts alone would give."""
    (cell,) = heat.cells(table(seeds=(0, 1), limits=((0.0, 0.02), (0.001, 0.05))))
    assert cell[7:13] == [1000, 6, 0.003, 0.0, 0.05, 2]
