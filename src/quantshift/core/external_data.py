"""The files with weights next to an ONNX file, found without the onnx package (standard library only).

The Snakefile lists them as inputs of jobs. `models.given.external` reads and checks them in jobs.
"""

import os
import re
from functools import cache
from pathlib import Path

# In protobuf, an entry {key: "location", value: <file>} is the key's tag, length and bytes, then the value's tag,
# length (7 bits in each byte, the low ones first) and bytes.
# Source: https://protobuf.dev/programming-guides/encoding/; StringStringEntryProto in onnx.proto.
ENTRY = re.compile(rb"\x0a\x08location\x12([\x80-\xff]?[\x00-\x7f])")
# Bytes that are read at a time; the longest file name in bytes; the most bytes of a file, which protobuf limits.
PART, MAX_NAME, MAX_SIZE = 1 << 22, 4096, 1 << 31
# More files than any model has.
MAX_FILES = 10_000


def external_files(model: str) -> list[str]:
    """Return the files that an ONNX file names as external data, sorted; empty if it is missing.

    Only files in the model's folder are listed, since a model may name any file. A name that the job rejects, or that
    is missing, is left out, so that the job reports it.

    Args:
        model: the ONNX file, which need not be a valid one.
    """
    try:
        status = os.stat(model)  # noqa: PTH116 - as for `listing`
        names = _locations(model, status.st_size, status.st_mtime_ns)
    except OSError:
        return []
    folder = Path(model).parent
    return sorted({str(folder / name) for name in names if _is_inside(folder, name)})


@cache
def _locations(model: str, size: int, modified: int) -> frozenset[str]:
    """Return the locations in a file; its size and time are only the key of the cache."""
    del modified
    names: set[str] = set()
    overlap = len(b"\x0a\x08location\x12") + 2 + MAX_NAME
    with Path(model).open("rb") as stream:
        rest = b""
        for _ in range(0, min(size, MAX_SIZE), PART):
            part = rest + stream.read(PART)
            for entry in ENTRY.finditer(part):
                length = sum((byte & 0x7F) << 7 * place for place, byte in enumerate(entry.group(1)))
                name = part[entry.end() : entry.end() + length]
                if len(name) == length <= MAX_NAME and len(names) < MAX_FILES:
                    names.add(name.decode("utf-8", errors="replace"))
            rest = part[-overlap:]
    return frozenset(names)


def _is_inside(folder: Path, name: str) -> bool:
    """Return whether a name is that of a file in a folder; a link may lead anywhere."""
    if not name or not name.isprintable() or os.path.isabs(name) or ".." in re.split(r"[/\\]", name):  # noqa: PTH117
        return False
    try:
        path = folder / name
        return path.resolve().is_relative_to(folder.resolve()) and path.is_file()
    except (OSError, RuntimeError, ValueError):
        return False
