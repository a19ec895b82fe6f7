"""Tables of numbers: one input of all columns, or one per column; cells that are no numbers are named."""

import csv
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.expected import ModelInput
from quantshift.data.readers.read import read
from quantshift.data.readers.table_options import TableOptions
from quantshift.data.readers.tables import read_csv
from quantshift.data.readers.truth import TruthOptions

TABLE = "age,income,label,group\n30,1.5,yes,a\n41,-2e3,no,b\n52,0,yes,a\n"
CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)


@pytest.fixture
def table(tmp_path):
    def write(text, name="data.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


@given(st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1)))
def test_a_csv_file_is_read_as_it_was_written(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    names = [f"c{number}" for number in range(len(rows[0]))]
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([names, *rows])
    if rows[-1] == [""]:
        return  # empty lines at the end are not read
    actual = read_csv(path)
    assert list(actual.columns) == names
    assert [list(row) for row in zip(*actual.columns.values(), strict=True)] == rows


def test_all_columns_are_one_input_in_order(table):
    data = read(table(TABLE), [ModelInput("x", "float32", (2,))])
    assert data.inputs["x"].dtype == np.float32
    assert data.inputs["x"].tolist() == [[30, 1.5], [41, -2000], [52, 0]]
    assert data.labels.names == ("no", "yes")
    assert data.labels.values.tolist() == [1, 0, 1]
    assert data.clusters().tolist() == [0, 1, 0]
    assert data.modality == "tensor"
    assert data.origins[1] == ("data.csv", 1, None)
    assert read(table(TABLE)).inputs["input"].shape == (3, 2)


def test_columns_are_chosen_and_ordered(table):
    options = TableOptions(columns=["income", "age"])
    assert read(table(TABLE), table=options).inputs["input"][0].tolist() == [1.5, 30]
    with pytest.raises(QuantshiftError, match="no column 'wage', only 'age', 'income'"):
        read(table(TABLE), table=TableOptions(columns=["wage"]))
    with pytest.raises(QuantshiftError, match="name each of them once"):
        read(table(TABLE), table=TableOptions(columns=["age", "age"]))
    with pytest.raises(QuantshiftError, match=r"columns 'age', 'income'\) has samples of shape \[2\].*takes \[3\]"):
        read(table(TABLE), [ModelInput("x", "float32", (3,))])


def test_each_column_may_be_an_input(table):
    path = table("age,city,label\n30,Bern,1\n41,Rome,0\n")
    inputs = [ModelInput("city", "str", (1,)), ModelInput("age", "int64", ())]
    data = read(path, inputs)
    assert data.inputs["city"].tolist() == [["Bern"], ["Rome"]]
    assert data.inputs["age"].tolist() == [30, 41]
    assert data.inputs["age"].dtype == np.int64
    known = read(path, table=TableOptions(by_column=True))
    assert known.inputs["city"].dtype.kind == "U"
    assert known.inputs["age"].dtype == np.float32
    with pytest.raises(
        QuantshiftError, match="holds 'age', 'city', but the model takes 'age', 'town': 'town' is missing"
    ):
        read(path, [inputs[1], ModelInput("town", "str", (1,))])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no header"),
        ("a,b\n", "has a header but no rows"),
        ("a,a\n1,2\n", "two columns 'a'"),
        ("a,\n1,2\n", "no name for column 2"),
        ("a,b\n1,2\n3\n", "line 3, has 1 cells, expected 2"),
        ("a,b\n1,2,3\n", "line 2, has 3 cells, expected 2"),
        ('a,b\n1,"2\n', "is not CSV"),
        ("a;b\n1;2\n", "semicolons"),
        ("a,b\n1,x\n", "column 'b', holds 'x' in row 0.*expected a number"),
        ("a,b\n1,2\n3,\n", "column 'b', holds nothing in row 1"),
        ("a,b\n1,2\n3,nan\n", "column 'b', holds nan in row 1"),
        ("a,b\n1,2\n3,inf\n", "column 'b', holds inf in row 1"),
        ("a,b\n1,2\n3,1e300\n", "column 'b', holds numbers that are not float32"),
        ("label\n1\n", "the columns of features are nothing"),
        ("label,labels,x\n1,1,1\n", "both 'labels' and 'label'"),
        ("text,label\nhi,1\n", "column 'text': state the tokenizer.json"),
    ],
)
def test_tables_that_cannot_be_read(table, text, message):
    with pytest.raises(QuantshiftError, match=rf"data\.csv.*{message}"):
        read(table(text))


def test_missing_values_are_read_if_the_model_takes_them(table):
    values = read(table("a,b\n1,2\n3,\n"), table=TableOptions(missing=True)).inputs["input"]
    np.testing.assert_array_equal(values, [[1, 2], [3, np.nan]])
    with pytest.raises(QuantshiftError, match="holds inf"):
        read(table("a,b\n1,inf\n"), table=TableOptions(missing=True))


def test_integers_are_exact_or_rejected(table):
    model = [ModelInput("x", "int64", (1,))]
    assert read(table("a\n9007199254740991\n"), model).inputs["x"].tolist() == [[2**53 - 1]]
    for value in ("1.5", "9007199254740993"):
        with pytest.raises(QuantshiftError, match="numbers that are not int64"):
            read(table(f"a\n{value}\n"), model)


def test_separators_encodings_and_long_cells(table, tmp_path):
    assert read(table("\ufeffa\tb\n1\t2\n", "data.tsv")).inputs["input"].tolist() == [[1, 2]]
    (tmp_path / "data.csv").write_bytes("a,b\n1,é\n".encode("latin-1"))
    with pytest.raises(QuantshiftError, match=r"data\.csv is not UTF-8"):
        read(tmp_path / "data.csv")
    limit = csv.field_size_limit()
    assert len(read_csv(table("a\n" + "x" * 200_000 + "\n")).columns["a"][0]) == 200_000
    assert csv.field_size_limit() == limit
    with pytest.raises(QuantshiftError, match=r"none\.csv is missing"):
        read(tmp_path / "none.csv")


def test_labels_of_a_stated_column(table):
    data = read(table(TABLE), truth=TruthOptions(labels="group", groups="label"))
    assert data.labels.names == ("a", "b")
    assert data.groups.names == ("no", "yes")
    with pytest.raises(QuantshiftError, match="has no labels 'class', only 'age'"):
        read(table(TABLE), truth=TruthOptions(labels="class"))


def test_parquet_without_pyarrow_is_explained(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    with pytest.raises(
        QuantshiftError, match=r"a\.parquet is a Parquet file, which needs the package pyarrow: install it"
    ):
        read(tmp_path / "a.parquet")
