"""Arrays are read and written in parts."""

from pathlib import Path

import numpy as np
import pytest

from quantshift.data import test_sets
from quantshift.data.modalities import DataSet, image
from quantshift.storage.arrays import parts, read_array, write_array, write_parts

ARRAY = np.random.default_rng(0).integers(0, 256, (1_000, 3, 8, 8), dtype=np.uint8)
ROW = 3 * 8 * 8


@pytest.mark.parametrize(("size", "multiple", "rows"), [(100 * ROW, 1, 100), (100 * ROW, 64, 64), (1, 1, 1), (1, 7, 7)])
def test_parts_cover_all_rows_in_order(tmp_path: Path, size: int, multiple: int, rows: int) -> None:
    write_array(tmp_path / "array.npy", ARRAY)
    for array in (ARRAY, read_array(tmp_path / "array.npy"), read_array(tmp_path / "array.npy")[:500]):
        blocks = list(parts(array, size, multiple))
        assert {len(block) for block in blocks[:-1]} == {rows}
        np.testing.assert_array_equal(np.concatenate(blocks), array)


def test_writing_in_parts_equals_writing_at_once(tmp_path: Path) -> None:
    write_array(tmp_path / "whole.npy", ARRAY)
    write_parts(tmp_path / "parts.npy", ARRAY.shape, ARRAY.dtype, parts(ARRAY, 7 * ROW))
    assert (tmp_path / "parts.npy").read_bytes() == (tmp_path / "whole.npy").read_bytes()


@pytest.mark.parametrize(
    "block", [ARRAY[:-1], ARRAY.astype(np.float32), ARRAY[:, :1]], ids=["too few rows", "another type", "another shape"]
)
def test_blocks_that_do_not_match_the_array_are_rejected(tmp_path: Path, block: np.ndarray) -> None:
    with pytest.raises(ValueError, match="block"):
        write_parts(tmp_path / "parts.npy", ARRAY.shape, ARRAY.dtype, [block])
    assert not list(tmp_path.iterdir())


def test_a_shift_does_not_depend_on_the_size_of_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    images = np.random.default_rng(1).integers(0, 256, (40, 3, 32, 32), dtype=np.uint8)
    for name, array in (("inputs", images), ("labels", np.arange(40)), ("sources", np.arange(40))):
        write_array(tmp_path / "cifar10/test" / f"{name}.npy", array)
    contents = []
    dataset = DataSet("cifar10", "image", (3, 32, 32), {}, tmp_path / "cifar10")
    for size in (image.PART, 7 * 3 * 32 * 32):
        monkeypatch.setattr(image, "PART", size)
        names = {"collection": "cifar10_c", "suite": "cifar10_c", "shift": "contrast"}
        target = tmp_path / str(size)
        test_sets.synthetic(dataset, **names, severity=3, limit=None, artifact=None, target=target)
        contents.append({file.name: file.read_bytes() for file in target.iterdir()})
    assert contents[0] == contents[1]
    assert set(contents[0]) == {"inputs.npy", "labels.npy", "sources.npy", "texts.json"}
