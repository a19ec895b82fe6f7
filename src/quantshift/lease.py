"""The right to publish a job's outputs, which belongs to the job that was started last.

Each job replaces its log by a new file. A job that finds another file in place of its own has been superseded: by a
newer job for the same outputs, on this machine or on another one that shares the folder. A lock on the log makes the
look at the log and the publication one step.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from quantshift.errors import QuantshiftError

# Seconds for which a job waits for another one that is putting a file or a folder in place.
PATIENCE = 60.0


class Lease:
    """A job's right to publish.

    Attributes:
        log: the job's log.
        output: a descriptor to which the job writes its log.
    """

    def __init__(self, log: Path) -> None:
        """Take the right from any earlier job of the same log, whose file is replaced.

        Raises:
            QuantshiftError: an earlier job is putting its outputs in place, and does not finish.
        """
        self.log = log
        if log.is_symlink() or (log.exists() and not log.is_file()):
            # Somebody's own place, such as /dev/null, is written to and not replaced.
            self.output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            self._descriptor = os.dup(self.output)
            return
        fresh = log.with_name(f".{uuid4().hex[:8]}.{log.name}")
        # Two descriptions of the same file: programs that the job starts inherit the output, and no lock with it.
        self.output = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        self._descriptor = os.open(fresh, os.O_RDWR)
        with contextlib.ExitStack() as stack:
            stack.callback(fresh.unlink, missing_ok=True)
            while (standing := _opened(log, os.O_RDWR)) is not None:
                stack.callback(os.close, standing)
                stack.enter_context(_locked(standing, log))
                if _stands(standing, log):
                    break
            os.replace(fresh, log)

    @contextlib.contextmanager
    def held(self) -> Iterator[bool]:
        """Yield whether this job may publish; no newer job can start until the block ends."""
        with _locked(self._descriptor, self.log):
            yield _stands(self._descriptor, self.log)

    def close(self) -> None:
        """Close the log."""
        os.close(self.output)
        os.close(self._descriptor)


def _opened(log: Path, flags: int) -> int | None:
    """Return a descriptor of a log, or None where there is none."""
    try:
        return os.open(log, flags)
    except FileNotFoundError:
        return None


def _stands(descriptor: int, log: Path) -> bool:
    """Return whether no other file stands at a log's path than an open one; it may have been removed, by no job."""
    # Opened, since network file systems may answer `stat` alone from a cache.
    found = _opened(log, os.O_RDONLY)
    if found is None:
        return True
    try:
        return os.path.sameopenfile(found, descriptor)
    finally:
        os.close(found)


@contextlib.contextmanager
def _locked(descriptor: int, log: Path) -> Iterator[None]:
    """Hold the lock of an open log; do without where the file system has no locks.

    Raises:
        QuantshiftError: another process does not release it.
    """
    last = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > last:
                raise QuantshiftError(
                    f"a process of an earlier run of snakemake has been writing the outputs of the job of {log} for "
                    f"{PATIENCE:.0f} s: end that process, then run snakemake again"
                ) from error
            time.sleep(0.02)
        except OSError:  # no locks here
            yield
            return
        else:
            break
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
