import gzip

import numpy as np
import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.fetching import idx


def packed(array, *, magic=None, shape=None):
    header = np.array(array.shape if shape is None else shape, dtype=">u4").tobytes()
    return gzip.compress((bytes([0, 0, 8, array.ndim]) if magic is None else magic) + header + array.tobytes(), 1)


IMAGES = np.arange(2 * 3 * 5, dtype=np.uint8).reshape(2, 3, 5)


def refused(folder, content, reason):
    path = folder / "images.gz"
    path.write_bytes(content)
    with pytest.raises(QuantshiftError, match=reason) as caught:
        idx.read(path, 3)
    assert str(path) in str(caught.value)


def test_images(tmp_path):
    (tmp_path / "images.gz").write_bytes(packed(IMAGES))
    read = idx.read(tmp_path / "images.gz", 3)
    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read, IMAGES)


def test_labels(tmp_path):
    (tmp_path / "labels.gz").write_bytes(packed(np.array([3, 1, 4], dtype=np.uint8)))
    assert idx.read(tmp_path / "labels.gz", 1).tolist() == [3, 1, 4]


def test_wrong_magic(tmp_path):
    refused(tmp_path, packed(IMAGES, magic=b"\x00\x00\x0d\x03"), "starts with 0x00000d03, expected 0x00000803")


def test_wrong_number_of_axes(tmp_path):
    refused(tmp_path, packed(np.zeros(3, dtype=np.uint8)), "starts with 0x00000801")


@pytest.mark.parametrize(("shape", "reason"), [((3, 3, 5), "fewer than the 45"), ((1, 3, 5), "more than the 15")])
def test_size_unlike_the_header(tmp_path, shape, reason):
    refused(tmp_path, packed(IMAGES, shape=shape), reason)


def test_absurd_size(tmp_path):
    refused(tmp_path, packed(IMAGES, shape=(2**32 - 1, 2**32 - 1, 2)), "more than the limit")


def test_truncated_gzip(tmp_path):
    refused(tmp_path, packed(IMAGES)[:-12], "not a complete IDX file")


def test_flipped_bytes(tmp_path):
    content = bytearray(packed(IMAGES))
    content[-6] ^= 0xFF  # in the checksum of gzip
    refused(tmp_path, bytes(content), "CRC")


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>sorry</html>", gzip.compress(b"", mtime=0), gzip.compress(b"\0\0\x08\x03\0", mtime=0)],
)
def test_other_content(tmp_path, content):
    refused(tmp_path, content, "not a complete IDX file of 3 axes")


def test_missing(tmp_path):
    with pytest.raises(QuantshiftError, match="is missing"):
        idx.read(tmp_path / "images.gz", 3)
