"""What every job of the workflow shares: its log, its errors and its lines of progress.

Each script runs its work inside of `job(log)`.
"""

import contextlib
import errno
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from quantshift.core import owner
from quantshift.core.errors import Message, QuantshiftError
from quantshift.jobs.usage import Taken
from quantshift.storage import publication
from quantshift.storage.lease import Lease

# What a shell says of a process that Ctrl-C (signal 2) has ended.
INTERRUPTED = 128 + 2


class Terminal:
    """The terminal that the job was started from, while its own output goes to the log."""

    def __init__(self, name: str, descriptor: int) -> None:
        """Keep a duplicate of the terminal's file descriptor."""
        self.name = name
        self.descriptor = descriptor

    def report(self, line: str) -> None:
        """Show a line of progress on the terminal, and keep it in the log."""
        # The terminal first: the log's disk may be full, and that is what has to be told.
        os.write(self.descriptor, f"{self.name}: {line}\n".encode())
        print(line, flush=True)


def cpu_seconds() -> float:
    """Return the CPU time of this process and of the processes that it has waited for, in seconds."""
    return sum(os.times()[:4])


def peak_megabytes() -> int:
    """Return the most memory that this process had at a time, in MB of 2^20 bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # Since this program was loaded: what getrusage tells has the peak of the one that it was started from.
        (line,) = (line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) >> 10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak >> (20 if sys.platform == "darwin" else 10)  # macOS counts bytes, others KiB


def _unwritten(log: Path, error: OSError) -> Message:
    """Return why a job cannot begin, and what to do: its log or its lease cannot be written."""
    file = error.filename or log
    reason = error.strerror or type(error).__name__
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        advice = "free some space (or choose another disk for results/)"
    elif isinstance(error, PermissionError):
        advice = "give yourself the permission to write it and its folder"
    elif isinstance(error, IsADirectoryError):
        advice = "expected a file there, move or remove this folder"
    elif isinstance(error, FileExistsError | NotADirectoryError):
        advice = "expected a folder in place of a file, move or remove that file"
    else:
        advice = "mend that"
    return f"{file} cannot be written ({reason}): {advice}, then run snakemake again"


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def job(log: str | os.PathLike[str]) -> Iterator[Terminal]:
    """Run a job's work with its output in its log, native libraries' included.

    The log ends with the time that the work took, without the start of the process, and the memory that it had. A
    `QuantshiftError` is shown as its message alone, on the terminal and in the log; another error's traceback is in the
    log and its last line on the terminal. Both end the job with exit code 1, and Ctrl-C or SIGTERM with 130; nothing
    half written is left. A job publishes nothing if its Snakemake is gone (see `quantshift.core.owner`) or if a newer
    job makes its outputs (see `quantshift.storage.lease`).

    Args:
        log: the job's log.
    """
    # The log's path has the rule and its wildcards, and what comes before is long where files lie in a storage.
    log = Path(log)
    name = log.with_suffix("").as_posix().rpartition("results/logs/")[2]
    if not owner.alive():
        sys.exit(f"{name}: nothing is done, since the Snakemake process that started this job is gone")
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        lease = Lease(log)
    except QuantshiftError as error:
        sys.exit(f"{name}: error: {error}")
    except OSError as error:
        sys.exit(f"{name}: error: {_unwritten(log, error)}")
    terminal = Terminal(name, os.dup(2))
    # Descriptors, not sys.stdout: onnxruntime and torch write below Python.
    os.dup2(lease.output, 1)
    os.dup2(lease.output, 2)
    began, used = time.monotonic(), cpu_seconds()
    # A cluster ends a job by SIGTERM: temporary files are to be removed before that.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with owner.watched(), publication.under(lease):
            yield terminal
            taken = Taken(time.monotonic() - began, cpu_seconds() - used, peak_megabytes())
        print(taken)
    except KeyboardInterrupt:
        print(
            f"interrupted after {time.monotonic() - began:.0f} s: run snakemake again, it makes the job's outputs anew"
        )
        sys.exit(INTERRUPTED)
    except QuantshiftError as error:
        terminal.report(f"error: {error}")
        sys.exit(1)
    except Exception as error:
        traceback.print_exc()
        terminal.report(f"error: {type(error).__name__}: {error} (the whole story is in {log})")
        sys.exit(1)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
