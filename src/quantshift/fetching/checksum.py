"""Checksums of files, written as ``md5:<hex>`` or ``sha256:<hex>``."""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from quantshift.core.errors import QuantshiftError

# Older data sets publish only MD5, which guards against damage. `usedforsecurity=False` permits it on systems that
# forbid MD5 for security.
_ALGORITHMS: dict[str, Callable[[], "hashlib._Hash"]] = {
    "md5": partial(hashlib.md5, usedforsecurity=False),
    "sha256": hashlib.sha256,
}


def measure(path: Path, algorithm: str) -> str:
    """Return the checksum of a file as ``<algorithm>:<hex>``; `algorithm` is ``md5`` or ``sha256``.

    Raises:
        QuantshiftError: the file cannot be read.
    """
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, _ALGORITHMS[algorithm])
    except OSError as error:
        raise QuantshiftError(f"{path} cannot be read: {error.strerror}") from error
    return f"{algorithm}:{digest.hexdigest()}"


def verify(path: Path, expected: str, name: str) -> None:
    """Check a file's checksum; messages use `name` for the file.

    Raises:
        QuantshiftError: the checksum differs; the message states both.
    """
    actual = measure(path, expected.partition(":")[0])
    if actual != expected:
        raise QuantshiftError(f"{name} has the checksum {actual}, expected {expected}: it is damaged or another file")
