"""The file in place of a variant whose preset a model cannot take: a fixed line, the reason, and the usual checksum.

Each variant has a file of the same name, because the outputs of Snakemake's rules are fixed. An ONNX file cannot start
with this line.
"""

import os
from pathlib import Path

from quantshift.core.errors import Message
from quantshift.storage.checksums import ONNX
from quantshift.storage.files import atomic, damaged

FIRST_LINE = b"quantshift: the model cannot take this preset, so this is no ONNX file\n"


def write(path: str | os.PathLike[str], reason: Message) -> None:
    """Write the file atomically; line breaks in the reason become spaces.

    Raises:
        ValueError: the reason is empty (a bug).
    """
    words = reason.split()
    if not words:
        raise ValueError(f"{os.fspath(path)}: there is no reason")
    with atomic(path) as temporary:
        temporary.write_bytes(FIRST_LINE + " ".join(words).encode() + b"\n")
        ONNX.append(temporary, path)


def reason(path: str | os.PathLike[str]) -> Message | None:
    """Return the reason in a variant's file, or None if the file is something else, such as an ONNX model.

    Raises:
        QuantshiftError: the file is missing, or it starts like such a file and is damaged or a copy of another one.
    """
    try:
        with Path(path).open("rb") as stream:
            if stream.read(len(FIRST_LINE)) != FIRST_LINE:
                return None
            content = stream.read()
        ONNX.verify(path)
        # A file outside the results may lack a checksum.
        words = content[: -len(ONNX)] if content[-len(ONNX) :].startswith(ONNX.prefix) else content
        return words.decode().removesuffix("\n")
    except (OSError, ValueError) as error:
        raise damaged(path, "the reason why a model cannot take a preset", error) from error
