"""Labels are integers from 0 or names of classes; groups are integers or any texts; anything else is rejected."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.labels import read_names, to_groups, to_labels

WORDS = st.text(st.characters(categories=["L"]), min_size=1, max_size=6).filter(
    lambda text: text.lower() not in ("nan", "inf", "infinity")
)


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1), st.booleans())
def test_integers_are_classes_also_as_texts(values, as_text):
    labels = to_labels([str(value) for value in values] if as_text else np.array(values), len(values), "a")
    assert labels.values.tolist() == values
    assert labels.values.dtype == np.int64
    assert labels.names is None


@given(st.lists(WORDS, min_size=1))
def test_names_are_sorted_or_in_the_order_of_the_classes(values):
    labels = to_labels(values, len(values), "a")
    assert [labels.names[value] for value in labels.values] == values
    assert list(labels.names) == sorted(set(values))
    order = sorted(set(values), reverse=True)
    labels = to_labels(values, len(values), "a", order)
    assert [order[value] for value in labels.values] == values


def test_names_that_are_numbers_are_matched_with_the_classes():
    assert to_labels(["7", "3", "7"], 3, "a", ["3", "5", "7"]).values.tolist() == [2, 0, 2]
    assert to_labels(["1", "0"], 2, "a", ["cat", "dog"]).values.tolist() == [1, 0]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (np.array([0.0, 1.0]), "labels of type float64, expected integers from 0 or names"),
        (np.array([0, np.nan]), "labels of type float64"),
        (np.array([0, -1]), "the label -1, expected integers from 0"),
        (np.array([2**64 - 1, 0], np.uint64), "the label 18446744073709551615"),
        (np.array([0, 1, 2]), "has 3 labels for 2 samples"),
        (np.eye(2, dtype=int), r"has the shape \[2, 2\], expected one label for each sample"),
        (["1.5", "1"], "the label '1.5' in row 0"),
        (["0", "cat"], "the label 'cat' in row 1"),
        (["-1", "0"], "the label -1"),
        (["cat", ""], "no label in row 1"),
        (["cat", "NaN"], "no label in row 1"),
        (["1", "99999999999999999999999"], "row 1"),
    ],
)
def test_other_labels_are_rejected(values, message):
    with pytest.raises(QuantshiftError, match=f"labels.csv.*{message}"):
        to_labels(values, 2, "labels.csv")


def test_labels_outside_the_named_classes_are_rejected():
    with pytest.raises(
        QuantshiftError, match="the label 'emu', which is not among the names of the classes, 'ant', 'bee'"
    ):
        to_labels(["ant", "emu"], 2, "a", ["ant", "bee"])
    with pytest.raises(QuantshiftError, match="the label 2, expected integers from 0 to 1, since 2 classes have names"):
        to_labels(np.array([0, 2]), 2, "a", ["ant", "bee"])


@given(st.lists(st.one_of(WORDS, st.integers(-5, 5).map(str)), min_size=1))
def test_groups_are_any_texts(values):
    groups = to_groups(values, len(values), "a").values
    assert all(
        (a == b) == (x == y) for a, x in zip(values, groups, strict=True) for b, y in zip(values, groups, strict=True)
    )


def test_groups_may_be_integers():
    assert to_groups(np.array([5, -3], np.int32), 2, "a").values.tolist() == [5, -3]
    assert to_groups(["5", "-3"], 2, "a").values.tolist() == [5, -3]
    for values in (np.array([0.5, 1]), np.array([2**64 - 1, 0], np.uint64)):
        with pytest.raises(QuantshiftError, match="expected integers or texts"):
            to_groups(values, 2, "a")
    with pytest.raises(QuantshiftError, match="no group in row 0"):
        to_groups(["", "b"], 2, "a")


def test_names_of_classes_are_one_per_line(tmp_path):
    path = tmp_path / "labels.txt"
    path.write_bytes("\ufefftabby cat\r\nemu\r\n\r\n".encode())
    assert read_names(path) == ("tabby cat", "emu")
    for content, message in (("a\n\nb", "line 2, is empty"), ("a\nb\na", "'a' twice"), ("\n", "is empty")):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(QuantshiftError, match=message):
            read_names(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(QuantshiftError, match="not a UTF-8 text file"):
        read_names(path)
    with pytest.raises(QuantshiftError, match="it is missing"):
        read_names(tmp_path / "none.txt")
