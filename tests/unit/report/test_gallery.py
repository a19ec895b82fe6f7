"""Which inputs are shown: spread over margins, within the budget."""

from hypothesis import given
from hypothesis import strategies as st

from quantshift.core.test_set import TestSet
from quantshift.report.gallery import (
    MOST,
    ROW_BYTES,
    GalleryCell,
    Part,
    fitted,
    from_json,
    keys_of,
    spread,
    to_json,
    weight,
)

FOG = TestSet("mnist_c", "fog", 5)


def cell(count, test_set=FOG, variant="static_int8"):
    rows = tuple((number, 1, 2, 1, number / max(count, 1), 0.0) for number in range(count))
    return GalleryCell("standard", variant, test_set, count, rows)


def part(cells, size=100, dataset="mnist", partners=()):
    keys = {key for one in cells for key in one.keys}
    pairs = {key: f"clean/none/0/{key.rsplit('/', 1)[1]}" for key in keys if key in partners or partners == "all"}
    return Part(dataset, cells, dict.fromkeys(keys | set(pairs.values()), size), pairs)


@given(st.lists(st.floats(0, 1), max_size=100), st.integers(1, 40))
def test_what_is_spread_is_sorted_distinct_and_few(margins, most):
    rows = [(number, 0, 1, 2, margin, 0.0) for number, margin in enumerate(margins)]
    found = spread(rows, most)
    assert len(found) == min(most, len(rows))
    assert len(set(found)) == len(found)
    assert [row[4] for row in found] == sorted(row[4] for row in found)
    if most > 1 and rows:
        assert (found[0][4], found[-1][4]) == (min(margins), max(margins))


def test_of_one_row_the_surest_is_kept():
    assert spread(cell(5).rows, 1) == (cell(5).rows[4],)


def test_all_is_shown_where_there_is_room():
    (found,), limit = fitted([part([cell(10)])], 100_000)
    assert limit == MOST
    assert found.cells == [cell(10)]


def test_each_cell_is_cut_alike_where_there_is_none():
    parts = [part([cell(20), cell(3, TestSet("mnist_c", "fog", 1))])]
    for budget in (200, 500, 1000, 2000, 3000):
        found, limit = fitted(parts, budget)
        assert weight(found) <= budget
        assert all(len(one.rows) == min(limit, one.total) for one in found[0].cells)
        assert weight([parts[0].cut(limit + 1)]) > budget
    assert fitted(parts, 0)[1] == 0


def test_what_is_shown_twice_weighs_once():
    one = part([cell(4)])
    assert weight([one, one]) == weight([one]) + 4 * ROW_BYTES
    assert weight([one, part([cell(4)], dataset="emoji")]) == 2 * weight([one])
    # A clean original is shown beside each.
    assert weight([part([cell(4)], partners="all")]) > weight([one]) + 4 * 100


def test_originals_are_among_the_keys():
    shown = keys_of([cell(1)], {"mnist_c/fog/5/0": "clean/none/0/0", "mnist_c/fog/5/7": "clean/none/0/7"})
    assert shown == {"mnist_c/fog/5/0", "clean/none/0/0"}


def test_json_gives_the_cell_back():
    assert from_json(to_json(cell(3))) == cell(3)
