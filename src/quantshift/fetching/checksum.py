"""Checksums of files, written as ``md5:<hex>`` or ``sha256:<hex>``."""

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from quantshift.core.errors import QuantshiftError

# MD5 is what the homes of older data sets publish; it guards against damage. Strict systems forbid it as a security
# measure, which it is not here.
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
    """Check a file's checksum; `name` is what the message calls the file.

    Raises:
        QuantshiftError: the checksum is another one; the message names both.
    """
    found = measure(path, expected.partition(":")[0])
    if found != expected:
        raise QuantshiftError(f"{name} has the checksum {found}, expected {expected}: it is damaged or another file")
