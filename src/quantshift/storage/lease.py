"""Leases: the right to publish a job's outputs, which belongs to the process that was started last for the job.

Snakemake deletes a job's log and outputs before it starts the job again, so leases are stored in files that Snakemake
does not track: `results/logs/.leases/` has a small file for each log. The file names the process that was started
last, on this machine or on another one that shares the folder; an earlier process reads that name and knows that it is
superseded. A lock on the file makes the check and the publication atomic: a new process waits while an earlier one puts
a file in place. Only users delete these files; then every running job may publish.
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

# Seconds that a job waits while another one puts a file or folder in place.
PATIENCE = 60.0
# The folder of the leases, inside the folder of all logs.
FOLDER = ".leases"


class Lease:
    """A job's right to publish.

    Attributes:
        log: the job's log.
        output: the descriptor to which the job writes its log.
    """

    def __init__(self, log: Path) -> None:
        """Take over the lease from any earlier process of the same log, and replace its log.

        Raises:
            QuantshiftError: an earlier process is putting its outputs in place and does not finish.
            OSError: the log or the lease cannot be written.
        """
        self.log = log
        self._name = uuid4().hex.encode()
        # A special file such as /dev/null is written to, not replaced; any number of jobs may share it.
        self._file = lease_file(log) if _replaceable(log) else None
        if self._file is None:
            self.output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
            return
        with _locked(self._file, log) as descriptor:
            # An earlier process keeps writing to the deleted file, which it has open.
            log.unlink(missing_ok=True)
            self.output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            os.pwrite(descriptor, self._name, 0)

    @contextlib.contextmanager
    def held(self) -> Iterator[bool]:
        """Yield whether this job may publish; no newer process of the job can start until the block ends."""
        if self._file is None:
            yield True
            return
        with _locked(self._file, self.log) as descriptor:
            yield os.pread(descriptor, len(self._name), 0) in (self._name, b"")

    def close(self) -> None:
        """Close the log."""
        os.close(self.output)


def lease_file(log: Path) -> Path:
    """Return the file of a log's lease.

    >>> lease_file(Path("a/results/logs/train/0.log"))
    PosixPath('a/results/logs/.leases/e2923107a324d9d9')
    >>> lease_file(Path("/b/results/logs/train/0.log")).name == lease_file(Path("results/logs/train/0.log")).name
    True
    """
    log_roots = (folder for folder in log.parents if folder.name == "logs" and folder.parent.name == "results")
    logs = next(log_roots, log.parent)
    return logs / FOLDER / sha256(log.relative_to(logs).as_posix().encode()).hexdigest()[:16]


def _replaceable(log: Path) -> bool:
    """Return whether a log's path is a regular file or does not exist."""
    try:
        return stat.S_ISREG(log.lstat().st_mode)  # a single call, since another job may replace the file meanwhile
    except FileNotFoundError:
        return True


@contextlib.contextmanager
def _locked(file: Path, log: Path) -> Iterator[int]:
    """Yield a descriptor of a log's lease while holding its lock, if the file system supports locks.

    Raises:
        QuantshiftError: another process does not release it.
        OSError: the file cannot be opened.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    # Open it each time, so that network file systems show other machines' writes and each thread has its own lock.
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        locks = _lock(descriptor, log)
        try:
            yield descriptor
        finally:
            if locks:  # closing is not enough: a process that was forked meanwhile shares the lock
                fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, log: Path) -> bool:
    """Lock the open lease of a log, and return whether the file system supports locks.

    Raises:
        QuantshiftError: another process does not release it.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise QuantshiftError(
                    f"a process from an earlier run has been writing the outputs of the job with the log "
                    f"{log} for {PATIENCE:.0f} s: end that process, then repeat the run"
                ) from error
            time.sleep(0.02)
        except OSError:
            return False
        else:
            return True
