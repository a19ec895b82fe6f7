"""A pattern of paths matches these and no others."""

import re
from itertools import product

import pytest

from quantshift.core.alternatives import alternatives

GRID = ["/".join(parts) for parts in product(("mnist", "imdb"), ("a", "ab"), ("qat", "qat.control"), ("0", "1", "10"))]


@pytest.mark.parametrize("paths", [GRID, GRID[:1], GRID[::3], [*GRID, "given/my.net"], ["a", "b/c"]])
def test_a_pattern_matches_its_paths_alone(paths):
    pattern = re.compile(alternatives(paths))
    assert all(pattern.fullmatch(path) for path in paths)
    others = {*GRID, "mnist", "mnist/a/qat", "mnist/a/qat/0/0", "mnist/a/qatxcontrol/0", "given/my_net", "b"} - {*paths}
    assert not [path for path in others if pattern.fullmatch(path)]


def test_a_grid_is_as_long_as_its_parts():
    """Matching thousands of models takes no longer than matching their parts."""
    grid = ["/".join(parts) for parts in product("abc", "defgh", "ijklm", map(str, range(100)))]
    assert len(alternatives(grid)) < 400


def test_the_order_of_paths_does_not_matter():
    assert alternatives(GRID) == alternatives(reversed(GRID))
