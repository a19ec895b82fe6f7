"""Log, errors and progress lines of every job in the workflow. Each script runs its work inside `job(log)`."""

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
from quantshift.core.errors import ERROR, INPUT_ERROR, InputError, Message, QuantshiftError, RunError
from quantshift.jobs.usage import JobUsage
from quantshift.storage import publication
from quantshift.storage.lease import Lease

# Exit code that a shell reports for a process ended by Ctrl-C (signal 2).
INTERRUPTED = 128 + 2


class Terminal:
    """The terminal that the job was started from; the job's other output goes to the log."""

    def __init__(self, name: str, descriptor: int) -> None:
        """Store the job's name and a duplicate of the terminal's file descriptor."""
        self.name = name
        self.descriptor = descriptor

    def report(self, line: str) -> None:
        """Show a progress line on the terminal and write it to the log."""
        # The terminal first: the log's disk may be full, and the user must see that error.
        os.write(self.descriptor, f"{self.name}: {line}\n".encode())
        print(line, flush=True)


def cpu_seconds() -> float:
    """Return the CPU time of this process and of the child processes that it has waited for, in seconds."""
    return sum(os.times()[:4])


def peak_megabytes() -> int:
    """Return the peak memory of this process, in MB of 2^20 bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        # VmHWM counts from the start of this program; getrusage includes the peak of the parent that started it.
        (line,) = (line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) >> 10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak >> (20 if sys.platform == "darwin" else 10)  # macOS counts bytes, others KiB


def _unwritten(log: Path, error: OSError) -> Message:
    """Return the message for a job that cannot begin because its log or lease cannot be written."""
    file = error.filename or log
    reason = error.strerror or type(error).__name__
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        advice = "free some space (or choose another disk for results/)"
    elif isinstance(error, PermissionError):
        advice = "give yourself write permission for it and its folder"
    elif isinstance(error, IsADirectoryError):
        advice = "expected a file, not a folder; move or remove this folder"
    elif isinstance(error, FileExistsError | NotADirectoryError):
        advice = "expected a folder, not a file; move or remove this file"
    else:
        advice = "fix the cause"
    return f"{file} cannot be written ({reason}): {advice}, then repeat the run"


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def job(log: str | os.PathLike[str], *, own_files: bool = False) -> Iterator[Terminal]:
    """Run a job's work and redirect its output, including that of native libraries, to its log.

    The last line of the log reports the time of the work, without the start of the process, and peak memory. A
    `QuantshiftError` shows only its message, on the terminal and in the log. For any other error, the traceback goes
    to the log and its last line to the terminal. Both exit with code 1, Ctrl-C and SIGTERM with 130; no partial output
    remains. A job publishes nothing if its Snakemake is gone (see `quantshift.core.owner`) or if a newer job writes
    its outputs (see `quantshift.storage.lease`).

    Args:
        log: the job's log.
        own_files: whether the job reads the user's own model or data, so that a `QuantshiftError` is a mistake in them
            (a `RunError` is not).
    """
    # The log's path holds the rule and its wildcards; what precedes them is long if files are in remote storage.
    log = Path(log)
    name = log.with_suffix("").as_posix().rpartition("results/logs/")[2]
    if not owner.alive():
        sys.exit(f"{name}: the job does not run, because the run that started it has ended")
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        lease = Lease(log)
    except QuantshiftError as error:
        sys.exit(f"{name}: error: {error}")
    except OSError as error:
        sys.exit(f"{name}: error: {_unwritten(log, error)}")
    terminal = Terminal(name, os.dup(2))
    # Redirect descriptors, not sys.stdout: onnxruntime and torch write below Python.
    os.dup2(lease.output, 1)
    os.dup2(lease.output, 2)
    start, cpu_start = time.monotonic(), cpu_seconds()
    # A cluster ends a job with SIGTERM; turn it into an exception so that temporary files are removed.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with owner.watched(), publication.under(lease):
            yield terminal
            usage = JobUsage(time.monotonic() - start, cpu_seconds() - cpu_start, peak_megabytes())
        print(usage)
    except KeyboardInterrupt:
        print(f"interrupted after {time.monotonic() - start:.0f} s: repeat the run to run the job again")
        sys.exit(INTERRUPTED)
    except QuantshiftError as error:
        mistake = isinstance(error, InputError) or (own_files and not isinstance(error, RunError))
        terminal.report(f"{INPUT_ERROR if mistake else ERROR}{error}")
        sys.exit(1)
    except Exception as error:
        traceback.print_exc()
        terminal.report(f"{ERROR}{type(error).__name__}: {error} (see {log} for the traceback)")
        sys.exit(1)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
