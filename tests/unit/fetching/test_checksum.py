import hashlib

import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.fetching import checksum
from quantshift.fetching.origin import File


def test_known_checksums(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    assert checksum.measure(path, "md5") == "md5:900150983cd24fb0d6963f7d28e17f72"
    checksum.verify(path, "sha256:" + hashlib.sha256(b"abc").hexdigest(), "file")


def test_a_wrong_checksum_is_reported_with_both(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    with pytest.raises(QuantshiftError, match=r"the file has .*md5:900150983c.*expected md5:0000"):
        checksum.verify(path, "md5:" + "0" * 32, "the file")


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(QuantshiftError, match="cannot be read: No such file"):
        checksum.measure(tmp_path / "file", "md5")


@pytest.mark.parametrize(
    "text", ["", "900150983cd24fb0d6963f7d28e17f72", "md5:12", "sha1:" + "0" * 40, "md5:" + "Z" * 32]
)
def test_malformed_checksums_are_rejected(text):
    with pytest.raises(ValueError, match="is not md5"):
        File("name", text)
