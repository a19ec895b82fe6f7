"""The digest of a user's ONNX file, which shows later whether it is still the file of the run."""

import hashlib
from pathlib import Path

from quantshift.models.given.external import files


def digest(file: Path) -> str:
    """Return the SHA-256 of an ONNX file and of its external data (hexadecimal).

    Raises:
        QuantshiftError: external data are missing or outside the model's folder.
    """
    result = hashlib.sha256()
    for part in (file, *files(file)):
        with part.open("rb") as stream:
            result.update(hashlib.file_digest(stream, "sha256").digest())
    return result.hexdigest()
