"""Parquet files are read like CSV files of the same table; damaged and large ones are rejected."""

import numpy as np
import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.expected import ModelInput
from quantshift.data.readers.parquet import read_parquet
from quantshift.data.readers.read import read
from quantshift.data.readers.table_options import TableOptions

arrow = pytest.importorskip("pyarrow", reason="make test-parquet installs pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")


@pytest.fixture
def write(tmp_path):
    def save(**columns):
        parquet.write_table(arrow.table(columns), tmp_path / "data.parquet")
        return tmp_path / "data.parquet"

    return save


def test_numbers_labels_and_groups(write):
    path = write(
        a=arrow.array([1, 2, 3], arrow.int32()),
        b=arrow.array([0.5, 1.5, 2.5]),
        c=arrow.array([True, False, True]),
        label=arrow.array(["x", "y", "x"]).dictionary_encode(),
        group=arrow.array([5, 5, 6]),
    )
    data = read(path, [ModelInput("x", "float32", (3,))])
    assert data.inputs["x"].tolist() == [[1, 0.5, 1], [2, 1.5, 0], [3, 2.5, 1]]
    assert data.labels.values.tolist() == [0, 1, 0]
    assert data.clusters().tolist() == [5, 5, 6]


def test_missing_values(write):
    path = write(a=arrow.array([1, None]))
    with pytest.raises(QuantshiftError, match="column 'a', holds nan in row 1"):
        read(path)
    np.testing.assert_array_equal(read(path, table=TableOptions(missing=True)).inputs["input"], [[1], [np.nan]])


def test_files_that_cannot_be_read(write, tmp_path):
    for columns, message in (
        ({"a": arrow.array([[1], [2]])}, "column 'a', holds list"),
        ({"a": arrow.array([], arrow.int32())}, "has no rows"),
    ):
        with pytest.raises(QuantshiftError, match=message):
            read(write(**columns))
    path = write(a=np.zeros(1_000_000))
    assert path.stat().st_size < 100_000
    with pytest.raises(QuantshiftError, match="8000000 bytes, more than the limit of 1000000"):
        read_parquet(path, limit=1_000_000)
    whole = path.read_bytes()
    for content in (b"", b"PAR1", whole[:-20], whole[20:]):
        path.write_bytes(content)
        with pytest.raises(QuantshiftError, match=r"data\.parquet is not a complete Parquet file"):
            read(path)
    with pytest.raises(QuantshiftError, match=r"none\.parquet is missing"):
        read(tmp_path / "none.parquet")
