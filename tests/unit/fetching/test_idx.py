import gzip

import numpy as np
import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.fetching import idx


def compressed(array, *, magic=None, shape=None):
    header = np.array(array.shape if shape is None else shape, dtype=">u4").tobytes()
    return gzip.compress((bytes([0, 0, 8, array.ndim]) if magic is None else magic) + header + array.tobytes(), 1)


IMAGES = np.arange(2 * 3 * 5, dtype=np.uint8).reshape(2, 3, 5)


def rejects(folder, content, reason):
    path = folder / "images.gz"
    path.write_bytes(content)
    with pytest.raises(QuantshiftError, match=reason) as caught:
        idx.read(path, 3)
    assert str(path) in str(caught.value)


def test_images(tmp_path):
    (tmp_path / "images.gz").write_bytes(compressed(IMAGES))
    images = idx.read(tmp_path / "images.gz", 3)
    assert images.dtype == np.uint8
    np.testing.assert_array_equal(images, IMAGES)


def test_labels(tmp_path):
    (tmp_path / "labels.gz").write_bytes(compressed(np.array([3, 1, 4], dtype=np.uint8)))
    assert idx.read(tmp_path / "labels.gz", 1).tolist() == [3, 1, 4]


def test_a_wrong_magic_number_is_rejected(tmp_path):
    rejects(tmp_path, compressed(IMAGES, magic=b"\x00\x00\x0d\x03"), "starts with 0x00000d03, expected 0x00000803")


def test_a_wrong_number_of_axes_is_rejected(tmp_path):
    rejects(tmp_path, compressed(np.zeros(3, dtype=np.uint8)), "starts with 0x00000801")


@pytest.mark.parametrize(
    ("shape", "reason"), [((3, 3, 5), "has fewer than the 45"), ((1, 3, 5), "has more than the 15")]
)
def test_a_size_that_differs_from_the_header_is_rejected(tmp_path, shape, reason):
    rejects(tmp_path, compressed(IMAGES, shape=shape), reason)


def test_an_absurd_size_is_rejected(tmp_path):
    rejects(tmp_path, compressed(IMAGES, shape=(2**32 - 1, 2**32 - 1, 2)), "more than the limit")


def test_a_truncated_gzip_is_rejected(tmp_path):
    rejects(tmp_path, compressed(IMAGES)[:-12], "not a complete IDX file")


def test_flipped_bytes_are_rejected(tmp_path):
    content = bytearray(compressed(IMAGES))
    content[-6] ^= 0xFF  # in the checksum of gzip
    rejects(tmp_path, bytes(content), "CRC")


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>sorry</html>", gzip.compress(b"", mtime=0), gzip.compress(b"\0\0\x08\x03\0", mtime=0)],
)
def test_other_content_is_rejected(tmp_path, content):
    rejects(tmp_path, content, "not a complete IDX file of 3 axes")


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(QuantshiftError, match="is missing"):
        idx.read(tmp_path / "images.gz", 3)
