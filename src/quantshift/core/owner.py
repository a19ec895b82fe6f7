"""The owner of a job: the Snakemake process that started it. A job whose owner is gone ends and publishes nothing.

The same holds when the process that waits for the job is gone (the job's parent, or the client of a forked job), since
Snakemake then regards the job as failed.

Each Snakemake writes its identity into the environment of its jobs (`claim`); on a cluster, that is the Snakemake on
the node. A script that is started by hand has no owner. `watched` starts a small process that watches over a job and
that no code of the job can block. Forked jobs are watched by the process that they are forked from
(`quantshift.jobs.fork_server.supervision`). `quantshift.storage.publication` calls `alive` and `awaited` before it
puts a file in place.

This file runs as `python -I -S owner.py job parent`, so it imports only the standard library.
"""

import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# Environment variable: the identity of the Snakemake process that started a job.
OWNER = "QUANTSHIFT_SNAKEMAKE"
# Seconds between two checks of the owner.
INTERVAL = 0.5
# Seconds from SIGTERM, on which a job removes its temporary files, to SIGKILL.
GRACE = 2.0
# Descriptor of the connection to the client that waits for this job, if the job is forked.
CLIENT: int | None = None
# Process ids of this job and its parent, while a watcher runs.
_WATCHED: tuple[int, int] | None = None


def place() -> str:
    """Return the scope in which process ids are unique: a boot of a machine and a process namespace."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:  # noqa: PTH123 - pathlib is slow to import
            return f"{file.read().strip()}/{os.stat('/proc/self/ns/pid').st_ino}"  # noqa: PTH116
    except OSError:  # not Linux
        return os.uname().nodename


def fields_of(process: int) -> list[bytes]:
    """Return the kernel's status fields of a process, starting with its state (`man proc_pid_stat`).

    Raises:
        OSError: there is no such process, or this is not Linux.
    """
    with open(f"/proc/{process}/stat", "rb") as file:  # noqa: PTH123
        return file.read().rpartition(b")")[2].split()


def start_of(process: int) -> str | None:
    """Return when a process started, in kernel ticks; "" if the system does not report it, None if it has ended."""
    try:
        state, *fields = fields_of(process)
    except OSError:
        if os.path.exists("/proc/self/stat"):  # noqa: PTH110
            return None
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return None
        except PermissionError:
            pass
        return ""
    # A process that has ended stays listed until its parent collects the exit code.
    return None if state in (b"Z", b"X") else fields[18].decode()


def claim() -> None:
    """Make this process the owner of the jobs that it starts from now on."""
    process = os.getpid()
    os.environ[OWNER] = f"{place()} {process} {start_of(process)}"


def alive() -> bool:
    """Return whether this job's owner is running; True if the job has no owner or one on another machine."""
    where, _, rest = os.environ.get(OWNER, "").partition(" ")
    process, _, start = rest.partition(" ")
    if not process.isdecimal() or where != place():
        return True
    return start_of(int(process)) == start


def hung_up(client: int) -> bool:
    """Return whether the other end of a connection is closed, rather than just shut down for writing."""
    poll = select.poll()
    poll.register(client, 0)
    return bool(poll.poll(0))


def awaited() -> bool:
    """Return whether a process still waits for this job; True if nothing watches over the job."""
    if CLIENT is not None:
        return not hung_up(CLIENT)
    # A process that this job has forked has another parent.
    return _WATCHED is None or _WATCHED[0] != os.getpid() or _WATCHED[1] == os.getppid()


@contextmanager
def watched() -> Iterator[None]:
    """Until the block ends, run a watcher process that ends this process when its owner or parent is gone.

    A forked job has a watcher already, and a job without an owner needs none.
    """
    global _WATCHED
    if CLIENT is not None or OWNER not in os.environ:
        yield
        return
    _WATCHED = os.getpid(), os.getppid()
    watcher = _watcher(*_WATCHED)
    try:
        yield
    finally:
        _WATCHED = None
        with suppress(ChildProcessError):  # its exit code was collected already
            if os.waitpid(watcher, os.WNOHANG)[0] == 0:
                os.kill(watcher, signal.SIGKILL)
                os.waitpid(watcher, 0)


def _watcher(job: int, parent: int) -> int:
    """Start the process that watches over this process, a job, and return its id."""
    # The watcher reads from a pipe that this process never writes to: end of file means that this process has ended.
    reading, _ = os.pipe()
    silent = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    process = os.posix_spawn(
        sys.executable,
        [sys.executable, "-I", "-S", __file__, str(job), str(parent)],
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, reading, 0), *silent],
    )
    os.close(reading)
    return process


def _child(job: int, parent: int) -> bool:
    """Return whether a job still has the parent that started it; True if the system does not report it."""
    try:
        return int(fields_of(job)[1]) == parent
    except OSError:
        return True


def guard(job: int, parent: int) -> None:
    """Watch over this process's parent, a job, until it ends; end it when its owner or its parent is gone."""
    os.setsid()  # so that Ctrl-C and a kill of the job's process group do not reach this process
    while os.getppid() == job and alive() and _child(job, parent):
        if select.select([0], [], [], INTERVAL)[0]:
            return
    for number, seconds in ((signal.SIGTERM, GRACE), (signal.SIGKILL, 0.0)):
        if os.getppid() != job:
            return
        os.kill(job, number)
        deadline = time.monotonic() + seconds
        while os.getppid() == job and time.monotonic() < deadline:
            time.sleep(0.05)


if __name__ == "__main__":
    guard(*map(int, sys.argv[1:]))
