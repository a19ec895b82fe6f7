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

from quantshift.errors import DiskFullError, QuantshiftError
from quantshift.publication import permitted


@contextlib.contextmanager
def atomic(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path beside `path` (a file or a folder to be made); it becomes `path` when the block ends well.

    When the block raises, the temporary path is removed and `path` is untouched.

    Raises:
        DiskFullError: the disk is full.
        OrphanedError: the job's Snakemake is gone, or a newer job makes `path`.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    # The ending is kept: some writers choose the format by it, and numpy would append one.
    temporary = target.with_name(f".{uuid4().hex[:8]}.{target.name}")
    try:
        yield temporary
        with permitted(target):
            if target.is_dir():
                shutil.rmtree(target)
            os.replace(temporary, target)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(
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
        raise missing(path) from error
    except ValueError as error:
        raise damaged(path, "a JSON file", error) from error


def damaged(path: str | os.PathLike[str], expected: str, error: Exception) -> QuantshiftError:
    """Return the error for a file that is there and cannot be read."""
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return QuantshiftError(f"{path} is not {expected} ({reason}): {remedy(path)}")


def missing(path: str | os.PathLike[str]) -> QuantshiftError:
    """Return the error for a file that an earlier job has made, and that is not there any more."""
    advice = "run snakemake again, it makes the file anew" if _fetched(path) is None else remedy(path)
    return QuantshiftError(f"{path} is missing: {advice}")


def remedy(path: str | os.PathLike[str]) -> str:
    """Return what to do about a damaged file. Of what was fetched Snakemake knows the whole folder, and no file in it.

    >>> remedy("results/truth/mnist.npz")
    'delete it and run snakemake again, it is made anew'
    >>> remedy("results/fetched/mnist/mnist.pkl.gz")
    'delete results/fetched/mnist and run snakemake again, it is fetched anew'
    """
    folder = _fetched(path)
    if folder is None:
        return "delete it and run snakemake again, it is made anew"
    return f"delete {folder} and run snakemake again, it is fetched anew"


def _fetched(path: str | os.PathLike[str]) -> Path | None:
    """Return the folder of the artifact that a path is of, or None for another file."""
    own = Path(path)
    return next((folder for folder in (own, *own.parents) if folder.parent.name == "fetched"), None)
