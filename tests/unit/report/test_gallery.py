"""The gallery's inputs are spread over margins and fit the budget."""

from dataclasses import replace

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
    keys = {key for cell in cells for key in cell.keys}
    pairs = {key: f"clean/none/0/{key.rsplit('/', 1)[1]}" for key in keys if key in partners or partners == "all"}
    return Part(dataset, cells, dict.fromkeys(keys | set(pairs.values()), size), pairs)


@given(st.lists(st.floats(0, 1), max_size=100), st.integers(1, 40))
def test_spread_rows_are_sorted_distinct_and_limited(margins, most):
    rows = [(number, 0, 1, 2, margin, 0.0) for number, margin in enumerate(margins)]
    chosen = spread(rows, most)
    assert len(chosen) == min(most, len(rows))
    assert len(set(chosen)) == len(chosen)
    assert [row[4] for row in chosen] == sorted(row[4] for row in chosen)
    if most > 1 and rows:
        assert (chosen[0][4], chosen[-1][4]) == (min(margins), max(margins))


def test_a_single_row_has_the_largest_margin():
    assert spread(cell(5).rows, 1) == (cell(5).rows[4],)


def test_everything_is_shown_if_there_is_room():
    (fitting,), limit = fitted([part([cell(10)])], 100_000)
    assert limit == MOST
    assert fitting.cells == [cell(10)]


def test_without_room_every_cell_has_the_same_limit():
    parts = [part([cell(20), cell(3, TestSet("mnist_c", "fog", 1))])]
    least = weight([parts[0].cut(1)])
    for budget in (least, 500, 1000, 2000, 3000):
        fitting, limit = fitted(parts, budget)
        assert weight(fitting) <= budget
        assert all(len(shown.rows) == min(limit, shown.total) for shown in fitting[0].cells)
        assert weight([parts[0].cut(limit + 1)]) > budget


def test_with_little_room_the_cells_with_the_most_disagreements_of_each_variant_come_first():
    first, second, third = (TestSet("mnist_c", "fog", severity) for severity in (1, 2, 3))
    numbers = [("int8", first, 3), ("int8", second, 9), ("fp16", first, 2), ("fp16", second, 1), ("int8", third, 5)]
    order = [("int8", second), ("fp16", first), ("int8", third), ("int8", first), ("fp16", second)]
    whole = part([cell(total, test_set, variant) for variant, test_set, total in numbers])
    one_each = {(each.variant, each.test_set): each for each in whole.cut(1).cells}
    for count in range(len(order)):
        budget = weight([replace(whole, cells=[one_each[name] for name in order[:count]])])
        (fitting,), limit = fitted([whole], budget)
        assert limit == 1
        assert weight([fitting]) == budget
        assert {(each.variant, each.test_set) for each in fitting.cells if each.rows} == set(order[:count])


def test_an_input_that_is_shown_twice_counts_once():
    mnist = part([cell(4)])
    assert weight([mnist, mnist]) == weight([mnist]) + 4 * ROW_BYTES
    assert weight([mnist, part([cell(4)], dataset="emoji")]) == 2 * weight([mnist])
    # With a clean original next to each input:
    assert weight([part([cell(4)], partners="all")]) > weight([mnist]) + 4 * 100


def test_keys_include_originals():
    shown = keys_of([cell(1)], {"mnist_c/fog/5/0": "clean/none/0/0", "mnist_c/fog/5/7": "clean/none/0/7"})
    assert shown == {"mnist_c/fog/5/0", "clean/none/0/0"}


def test_json_round_trips():
    assert from_json(to_json(cell(3))) == cell(3)
