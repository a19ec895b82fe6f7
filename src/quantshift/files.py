"""Whole files or none: everything is written under a temporary name and renamed when it is complete.

Standard library only: the Snakefile's own modules use it.
"""

import contextlib
import errno
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from quantshift.errors import QuantshiftError


@contextlib.contextmanager
def atomic(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path beside `path` (a file or a folder to be made); it becomes `path` when the block ends well.

    When the block raises, the temporary path is removed and `path` is untouched.

    Raises:
        QuantshiftError: the disk is full.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    # The ending is kept: some writers choose the format by it, and numpy would append one.
    temporary = target.with_name(f".{uuid4().hex[:8]}.{target.name}")
    try:
        yield temporary
        if target.is_dir():
            shutil.rmtree(target)
        os.replace(temporary, target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise QuantshiftError(
                f"no space left on the disk while writing {target}: nothing was left half written; "
                "free some space (or choose another disk for results/) and run again"
            ) from error
        raise
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary)
        else:
            temporary.unlink(missing_ok=True)


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Write `content` to `path`, whole or not at all."""
    with atomic(path) as temporary:
        temporary.write_bytes(content)


def write_json(path: str | os.PathLike[str], value: Any, *, sort_keys: bool = True) -> None:
    """Write `value` as indented UTF-8 JSON, its keys sorted unless their order says something."""
    text = json.dumps(value, indent=2, sort_keys=sort_keys, ensure_ascii=False, allow_nan=False)
    write_bytes(path, (text + "\n").encode())


def read_json(path: str | os.PathLike[str]) -> Any:
    """Read a JSON file.

    Raises:
        QuantshiftError: the file is missing or is not JSON.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise QuantshiftError(f"{path} is missing: run snakemake again, it makes the file anew") from error
    except ValueError as error:
        raise damaged(path, "a JSON file", error) from error


def damaged(path: str | os.PathLike[str], expected: str, error: Exception) -> QuantshiftError:
    """Return the error for a file that is there and cannot be read."""
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return QuantshiftError(f"{path} is not {expected} ({reason}): delete it and run snakemake again, it is made anew")
