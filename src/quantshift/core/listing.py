"""The listing of a folder, by which its files count as inputs of a job (standard library only)."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def listing(paths: Iterable[str]) -> dict[str, str]:
    """Return a digest of the names, sizes and times of all files in each folder among some paths.

    Snakemake looks only at the time of a folder itself, which a file that is overwritten does not change.

    Args:
        paths: files and folders; files are left out, because Snakemake looks at them.
    """
    return {path: _digest(path) for path in paths if Path(path).is_dir()}


def _digest(folder: str) -> str:
    content = hashlib.sha256()
    for place, folders, files in os.walk(folder, followlinks=True):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(place, name)  # noqa: PTH118 - pathlib takes ten times as long for 100,000 files
            try:
                status = os.stat(path)  # noqa: PTH116
            except OSError:  # a dead link, which the reader reports
                continue
            content.update(f"{os.path.relpath(path, folder)}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    return content.hexdigest()[:12]
