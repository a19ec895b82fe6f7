"""The right to publish a job's outputs, which belongs to the job that was started last.

Snakemake deletes a job's log and outputs before it starts the job again, so the right is recorded in a file that
Snakemake does not know: `results/logs/.leases/` has a small file for each log. It holds the name of the job that was
started last, on this machine or on another one that shares the folder; an earlier job reads that name and has been
superseded. A lock on the file makes the look at it and the publication one step: a new job waits for an earlier one
that is putting a file in place. Only a user removes these files: the right is then with every job that runs.
"""

import contextlib
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from quantshift.core.errors import QuantshiftError

# Seconds for which a job waits for another one that is putting a file or a folder in place.
PATIENCE = 60.0
# The folder of the leases, in that of all logs.
FOLDER = ".leases"


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
            OSError: the log or the lease cannot be written.
        """
        self.log = log
        self._name = uuid4().hex.encode()
        # Somebody's own place, such as /dev/null, is written to and not replaced; any number of jobs may share it.
        self._file = lease_file(log) if _replaceable(log) else None
        if self._file is None:
            self.output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            return
        with _locked(self._file, log) as descriptor:
            # An earlier job goes on writing to the file that it has open.
            log.unlink(missing_ok=True)
            self.output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            os.pwrite(descriptor, self._name, 0)

    @contextlib.contextmanager
    def held(self) -> Iterator[bool]:
        """Yield whether this job may publish; no newer job can start until the block ends."""
        if self._file is None:
            yield True
            return
        with _locked(self._file, self.log) as descriptor:
            yield os.pread(descriptor, len(self._name), 0) in (self._name, b"")

    def close(self) -> None:
        """Close the log."""
        os.close(self.output)


def lease_file(log: Path) -> Path:
    """Return the file of a log's lease, in the folder of all logs.

    >>> lease_file(Path("a/results/logs/train/0.log"))
    PosixPath('a/results/logs/.leases/e2923107a324d9d9')
    >>> lease_file(Path("/b/results/logs/train/0.log")).name == lease_file(Path("results/logs/train/0.log")).name
    True
    """
    own = (folder for folder in log.parents if folder.name == "logs" and folder.parent.name == "results")
    logs = next(own, log.parent)
    return logs / FOLDER / sha256(log.relative_to(logs).as_posix().encode()).hexdigest()[:16]


def _replaceable(log: Path) -> bool:
    """Return whether a plain file or nothing is at a log's path."""
    try:
        return stat.S_ISREG(log.lstat().st_mode)  # asked once: another job may replace it meanwhile
    except FileNotFoundError:
        return True


@contextlib.contextmanager
def _locked(file: Path, log: Path) -> Iterator[int]:
    """Yield a descriptor of a log's lease, with its lock held; do without the lock where the file system has none.

    Raises:
        QuantshiftError: another process does not release it.
        OSError: the file cannot be opened.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    # Opened each time: network file systems then show what another machine has written, and threads have a lock each.
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        locks = _lock(descriptor, log)
        try:
            yield descriptor
        finally:
            if locks:  # a process that was forked meanwhile has the same lock
                fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, log: Path) -> bool:
    """Lock the open lease of a log, and return whether the file system has locks.

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
        except OSError:
            return False
        else:
            return True
