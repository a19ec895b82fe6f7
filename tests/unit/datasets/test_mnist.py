import gzip
import json
import struct

import numpy as np
import pytest

from quantshift.core.dataset_facts import DatasetFacts, facts_of
from quantshift.core.errors import QuantshiftError
from quantshift.datasets import mnist

TRAIN_LABELS = (np.arange(60_000) * 7 % 10).astype(np.uint8)
TEST_LABELS = (np.arange(10_000) * 3 % 10).astype(np.uint8)


def images(count):
    """Return images that encode their number in the first two pixels and have 255 in the last."""
    array = np.zeros((count, 28, 28), dtype=np.uint8)
    array[:, 0, 0], array[:, 0, 1], array[:, -1, -1] = np.arange(count) // 256, np.arange(count) % 256, 255
    return array


def write_idx(folder, train=60_000, test=10_000, train_labels=TRAIN_LABELS):
    folder.mkdir(exist_ok=True)
    (folder / "origin.json").write_text(json.dumps({"origin": "file"}))
    for name, array in (
        ("train-images-idx3", images(train)),
        ("train-labels-idx1", train_labels),
        ("t10k-images-idx3", images(test)),
        ("t10k-labels-idx1", TEST_LABELS),
    ):
        header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, dtype=">u4").tobytes()
        (folder / f"{name}-ubyte.gz").write_bytes(gzip.compress(header + array.tobytes(), 1))


def pickled(array):
    """Return one array as numpy 1 pickled it under Python 2 (opcodes without the frame of a pickle)."""
    kind = array.dtype.str[1:].encode()
    shape = b"(" + b"".join(b"J" + struct.pack("<i", length) for length in array.shape) + b"t"
    dtype = b"cnumpy\ndtype\nU\x02" + kind + b"K\x00K\x01\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    data = b"T" + struct.pack("<i", array.nbytes) + array.tobytes()
    return (
        b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R(K\x01"
        + shape
        + dtype
        + b"\x89"
        + data
        + b"tb"
    )


def write_pickle(folder, pairs):
    """Write the package's layout: a tuple of (images float32 k/256, labels int64) pairs."""
    path = folder / "mnist/data/mnist.pkl.gz"
    path.parent.mkdir(parents=True)
    (folder / "origin.json").write_text(json.dumps({"origin": "package"}))
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"\x80\x02(")
        for pixels, labels in pairs:
            file.write(b"(" + pickled(pixels) + pickled(labels) + b"t")
        file.write(b"t.")


def packaged(array, labels):
    return array.reshape(len(array), -1).astype("<f4") / np.float32(256), labels.astype("<i8")


def expect_whole(data):
    assert data.train_inputs.dtype == data.test_inputs.dtype == np.uint8
    assert data.train_labels.dtype == data.test_labels.dtype == np.int64
    np.testing.assert_array_equal(data.train_inputs, images(60_000)[:, np.newaxis])
    np.testing.assert_array_equal(data.test_inputs, images(10_000)[:, np.newaxis])
    np.testing.assert_array_equal(data.train_labels, TRAIN_LABELS)
    np.testing.assert_array_equal(data.test_labels, TEST_LABELS)


def test_the_facts():
    assert facts_of("mnist") == DatasetFacts("mnist", "image", (1, 28, 28), 10, 60_000, 10_000, None, {})


def test_idx_files(tmp_path):
    write_idx(tmp_path)
    expect_whole(mnist.read(tmp_path))


def test_the_pickle_of_the_package_is_the_same(tmp_path):
    train = images(60_000)
    write_pickle(
        tmp_path,
        (
            packaged(train[:50_000], TRAIN_LABELS[:50_000]),
            packaged(train[50_000:], TRAIN_LABELS[50_000:]),
            packaged(images(10_000), TEST_LABELS),
        ),
    )
    expect_whole(mnist.read(tmp_path))


def test_other_counts_are_rejected(tmp_path):
    write_idx(tmp_path, train=100)
    with pytest.raises(QuantshiftError, match=r"training images of shape \(100, 1, 28, 28\)"):
        mnist.read(tmp_path)


def test_labels_out_of_range_are_rejected(tmp_path):
    labels = TRAIN_LABELS.copy()
    labels[17] = 10
    write_idx(tmp_path, train_labels=labels)
    with pytest.raises(QuantshiftError, match=r"training labels outside 0\.\.9"):
        mnist.read(tmp_path)


def test_a_missing_file_is_reported(tmp_path):
    write_idx(tmp_path, train=10)
    (tmp_path / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(QuantshiftError, match=r"t10k-labels-idx1-ubyte\.gz is missing"):
        mnist.read(tmp_path)


FEW = packaged(images(3), TEST_LABELS[:3])


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([FEW] * 2, "not 3 pairs"),
        ([FEW] * 3, r"training images of shape \(6, 1, 28, 28\)"),
        ([FEW, FEW, (FEW[0][:, :700], FEW[1])], "images of 700 pixels"),
        ([FEW, FEW, (FEW[0] + 1, FEW[1])], "pixels outside"),
        ([FEW, FEW, (FEW[0] * np.float32(np.nan), FEW[1])], "pixels outside"),
        ([FEW, FEW, (FEW[1], FEW[1])], "ndarray of type int64 in a pair"),
    ],
)
def test_other_pickles_are_rejected(tmp_path, pairs, message):
    write_pickle(tmp_path, pairs)
    with pytest.raises(QuantshiftError, match=message):
        mnist.read(tmp_path)
