"""One module writes all CSV files, and it rejects values that a CSV cannot hold."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantshift.storage.rows import write_records, write_rows

SOURCE = Path(__file__).parents[3] / "src/quantshift"


def test_the_bytes_are_as_expected(tmp_path):
    file = tmp_path / "tables/rows.csv"
    rows = [{"name": 'a "b", c', "n": 3, "rate": 0.1, "leaks": True, "p": None}]
    rows += [{"name": "ü", "n": np.int64(4), "rate": np.float64(1e-9), "leaks": np.bool_(False).item(), "p": ""}]
    write_records(file, rows)
    expected = 'name,n,rate,leaks,p\n"a ""b"", c",3,0.1,True,\nü,4,1e-09,False,\n'
    assert file.read_bytes() == expected.encode()


@given(st.lists(st.tuples(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text("ab\"',; \n"))))
def test_rows_round_trip(tmp_path_factory, rows):
    file = tmp_path_factory.mktemp("rows") / "rows.csv"
    write_rows(file, ("n", "rate", "name"), rows)
    with file.open(encoding="utf-8", newline="") as opened:
        header, *cells = csv.reader(opened)
    assert header == ["n", "rate", "name"]
    assert [(int(n), float(rate), name) for n, rate, name in cells] == rows


@pytest.mark.parametrize("value", [math.nan, math.inf, np.float64("nan"), [1], b"a", 1j, np.zeros(2), "a\rb"])
def test_values_that_do_not_fit_a_cell_are_rejected(tmp_path, value):
    with pytest.raises(ValueError, match=r"row 1 has .* as its n, expected a string or a finite number"):
        write_records(tmp_path / "rows.csv", [{"n": 1}, {"n": value}])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "there are no rows to write"),
        ([{"a": 1, "b": 2}, {"a": 1}], "row 1 has the columns a, expected a, b"),
        ([{"a": 1}, {"a": 1, "b": 2}], "row 1 has the columns a, b, expected a"),
    ],
)
def test_rows_with_different_columns_are_rejected(tmp_path, rows, message):
    with pytest.raises(ValueError, match=message):
        write_records(tmp_path / "rows.csv", rows)


def test_duplicate_columns_and_wrong_row_lengths_are_rejected(tmp_path):
    with pytest.raises(ValueError, match="a column occurs twice among a, a"):
        write_rows(tmp_path / "rows.csv", ("a", "a"), [])
    with pytest.raises(ValueError, match="row 0 has 1 values for 2 columns"):
        write_rows(tmp_path / "rows.csv", ("a", "b"), [(1,)])


def test_no_other_file_of_the_package_writes_csv():
    for file in SOURCE.rglob("*.py"):
        if file.relative_to(SOURCE).as_posix() != "storage/rows.py":
            code = file.read_text(encoding="utf-8")
            assert not {"csv.writer", "DictWriter", "to_csv"} & set(code.replace("(", " ").split()), file
            assert ".to_csv(" not in code, file
