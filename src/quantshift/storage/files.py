"""Atomic files: everything is written under a temporary name and renamed when it is complete.

Standard library only, because modules that the Snakefile imports use it.
"""

import contextlib
import errno
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from quantshift.core.errors import DiskFullError, Message, QuantshiftError, RunError
from quantshift.storage.publication import alone, permitted


@contextlib.contextmanager
def atomic(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path next to `path` for a new file or folder, and rename it to `path` when the block succeeds.

    If the block raises, the temporary path is removed and `path` is untouched. A job also removes temporary paths of
    the same `path` that a killed job has left behind.

    Raises:
        DiskFullError: the disk is full.
        OrphanedError: the job's Snakemake is gone, or a newer job writes `path`.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    _sweep(target)
    # Preserve the suffix: some writers choose the format by it, and numpy would append one.
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
                f"no space left on the disk while writing {target}: no partial file was left; "
                "free some space (or choose another disk for results/) and run again"
            ) from error
        raise
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary)
        else:
            temporary.unlink(missing_ok=True)


def _sweep(target: Path) -> None:
    """Remove temporary paths of a target that earlier jobs have left, if only this process may write the target."""
    temporary = re.compile(r"\.[0-9a-f]{8}\." + re.escape(target.name))
    with alone() as exclusive:
        if not exclusive:
            return
        for path in target.parent.iterdir():
            if not temporary.fullmatch(path.name):
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)  # the earlier job may still be writing to it
            else:
                with contextlib.suppress(OSError):
                    path.unlink()


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Write `content` to `path` atomically."""
    with atomic(path) as temporary:
        temporary.write_bytes(content)


def write_json(path: str | os.PathLike[str], value: Any, *, sort_keys: bool = True) -> None:
    """Write `value` as indented UTF-8 JSON, with sorted keys unless their order matters."""
    text = json.dumps(value, indent=2, sort_keys=sort_keys, ensure_ascii=False, allow_nan=False)
    write_bytes(path, (text + "\n").encode())


def read_json(path: str | os.PathLike[str]) -> Any:
    """Read a JSON file.

    Raises:
        QuantshiftError: the file is missing or is not JSON.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    # Deeply nested brackets raise RecursionError.
    except (OSError, ValueError, RecursionError) as error:
        raise damaged(path, "a JSON file", error) from error


def damaged(path: str | os.PathLike[str], expected: str, error: Exception) -> QuantshiftError:
    """Return the error for a file that cannot be read: it is missing, a folder, not permitted, or not as expected."""
    kind = _kind(path)
    if isinstance(error, FileNotFoundError):
        return missing(path)
    if Path(path).is_dir():
        return kind(f"{path} is a folder, expected {expected}: {remedy(path)}")
    if isinstance(error, PermissionError):
        return kind(f"{path} cannot be read: give yourself read permission")
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return kind(f"{path} is not {expected} ({reason}): {remedy(path)}")


def missing(path: str | os.PathLike[str]) -> QuantshiftError:
    """Return the error for a missing file."""
    if _artifact_folder(path) is not None:
        advice = remedy(path)
    else:
        advice = "repeat the run to recreate it" if place(path) else "expected a file there"
    return _kind(path)(f"{path} is missing: {advice}")


def _kind(path: str | os.PathLike[str]) -> type[QuantshiftError]:
    """Return the class of errors of a file: those of a run's results are no mistake in the user's input."""
    return RunError if place(path) else QuantshiftError


def remedy(path: str | os.PathLike[str]) -> Message:
    """Return the advice for a damaged file. It never suggests deleting a file that the workflow did not create.

    For a downloaded file the whole folder must be deleted, because Snakemake tracks only the folder.

    >>> remedy("results/truth/mnist.npz")
    'delete it and repeat the run to recreate it'
    >>> remedy("results/fetched/mnist/mnist.pkl.gz")
    'delete results/fetched/mnist and repeat the run to fetch it again'
    >>> remedy("my_data/mnist.npz"), remedy("my_data/fetched/mnist/mnist.npz")
    ('put the right file in its place', 'put the right file in its place')
    """
    folder = _artifact_folder(path)
    if folder is not None:
        return f"delete {folder} and repeat the run to fetch it again"
    if not place(path):
        return "put the right file in its place"
    if Path(path).is_dir():
        return "remove this folder and repeat the run to recreate the file"
    return "delete it and repeat the run to recreate it"


def place(path: str | os.PathLike[str]) -> str:
    """Return a file's path within the results folder, wherever that is; empty for a file outside it.

    >>> place("results/truth/mnist.npz"), place("/storage/a/results/truth/mnist.npz"), place("data/mnist.npz")
    ('truth/mnist.npz', 'truth/mnist.npz', '')
    """
    folders = Path(path).parent.parts
    if "results" not in folders:
        return ""
    last = len(folders) - folders[::-1].index("results")
    return "/".join((*folders[last:], Path(path).name))


def _artifact_folder(path: str | os.PathLike[str]) -> Path | None:
    """Return the folder of the fetched artifact that contains a path, or None for any other file."""
    file = Path(path)
    if not place(file).startswith("fetched/"):
        return None
    return next((folder for folder in (file, *file.parents) if folder.parent.name == "fetched"), None)
