"""The fork server: for each script a process that has imported what the script imports, forked again for each job.

Libraries read some of the environment when they are imported, such as how many threads they may have (Snakemake tells
them by each rule's threads): a script has a process for each environment that its jobs come with.

Run as `python -P -m quantshift.jobs.fork_server.server descriptor`, with the descriptor of a listening socket. It ends
when its standard input is closed, because Snakemake is gone.
"""

import contextlib
import gc
import importlib
import os
import select
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from quantshift.jobs.fork_server.client import same_user
from quantshift.jobs.fork_server.imports import imports
from quantshift.jobs.fork_server.request import Request, received
from quantshift.jobs.fork_server.supervision import Supervision

# A client has this long to send its request.
SECONDS = 10.0
MOST_SILENT = 256  # clients that may do so at a time
BUFFER = 1 << 22  # bytes of requests that may wait for a script's process, as far as the system allows
# A script's process is let go when it has had no job for this long: the memory of torch is for those who train.
IDLE_SECONDS = 60.0
# Processes that are kept ready. A variable that differs from job to job would have one made for each.
MOST = 32
MORE_DESCRIPTORS = 1 << 16  # than the server has open
# What a script has imported later than at its top, by all or most of its jobs.
IMPORTED_LATER = {
    "export": ("quantshift.export.folding",),
    "figure": ("matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg"),
    "graph": ("onnxscript",),
    "quantize": ("onnxconverter_common.float16", "onnxruntime.quantization"),
    "shift": ("cv2", "scipy.ndimage", "scipy.sparse", "scipy.special"),
}
# Of all jobs of the same script and environment.
Key = tuple[str, frozenset[tuple[bytes, bytes]]]


@dataclass
class Ready:
    """A process from which jobs are forked.

    Attributes:
        channel: where it takes requests, or None where it has ended: its jobs start by themselves.
        used: when it had its last request, by the monotonic clock.
    """

    channel: socket.socket | None
    used: float

    @property
    def idle(self) -> bool:
        """Return whether it has had no job for a while."""
        return self.channel is not None and time.monotonic() - self.used > IDLE_SECONDS


def serve(listener: socket.socket, lifeline: int) -> None:
    """Hand each request on to the process of its script, until the lifeline is closed.

    Args:
        listener: where clients connect.
        lifeline: a descriptor that can be read when there is nobody left to serve.
    """
    kept: dict[Key, Ready] = {}
    silent: dict[socket.socket, float] = {}
    while True:
        asked: list[int | socket.socket] = [lifeline, listener, *silent]
        waiting, _, _ = select.select(asked, [], [], SECONDS if silent else IDLE_SECONDS)
        if lifeline in waiting:
            return
        for connection in silent.keys() & waiting:
            del silent[connection]
            hand_on(connection, kept)
        if listener in waiting:
            admit(listener, silent)
        for connection in [one for one, since in silent.items() if time.monotonic() - since > SECONDS]:
            del silent[connection]
            connection.close()
        for key in [key for key, ready in kept.items() if ready.idle]:
            close(kept.pop(key))


def admit(listener: socket.socket, silent: dict[socket.socket, float]) -> None:
    """Accept a connection, to wait for its request beside all others.

    Args:
        listener: where it waits.
        silent: the connections whose requests are waited for, and since when; the new one is added.
    """
    with contextlib.suppress(OSError):  # it is gone already, or there are too many
        connection, _ = listener.accept()
        connection.setblocking(False)
        if not same_user(connection):
            connection.close()
            return
        silent[connection] = time.monotonic()
        if len(silent) > MOST_SILENT:
            oldest = next(iter(silent))
            del silent[oldest]
            oldest.close()


def hand_on(connection: socket.socket, kept: dict[Key, Ready]) -> None:
    """Hand a client's request on, with its connection, or close that: then the client does without.

    Args:
        connection: the client's, which has something to read.
        kept: the processes that are ready; a new one is added.
    """
    descriptors: list[int] = []
    with connection:
        try:
            packet, descriptors = received(connection)
            request = Request.unpacked(packet)
            key = request.command[0], frozenset(request.environment.items())
            if key not in kept and len(kept) < MOST:
                kept[key] = Ready(process_of(request), 0.0)
            send(kept[key], packet, [*descriptors, connection.fileno()])
        except (OSError, ValueError, LookupError):
            pass  # not a client of ours, or one too many
        finally:
            for descriptor in descriptors:
                os.close(descriptor)


def send(ready: Ready, packet: bytes, descriptors: list[int]) -> None:
    """Send a request to the process that it is for.

    Raises:
        OSError: it has ended, since its script imports what cannot be imported, or as many wait as a socket takes.
    """
    ready.used = time.monotonic()
    if ready.channel is None:
        return
    try:
        socket.send_fds(ready.channel, [packet], descriptors)
    except ConnectionError:
        close(ready)
        ready.channel = None
        raise


def close(ready: Ready) -> None:
    """Let a process go: it ends when its channel is closed."""
    if ready.channel is not None:
        ready.channel.close()


def process_of(first: Request) -> socket.socket:
    """Start the process that jobs like this one are forked from, and return the socket that takes requests to it."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)  # a script that imports for long holds up no other
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
    if os.fork() == 0:
        try:
            # The descriptors of the server and of other scripts' processes: one that stays open here never ends.
            kept = os.dup2(its.fileno(), 3, inheritable=False)
            os.closerange(4, MORE_DESCRIPTORS)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.environb.clear()
            os.environb.update(first.environment)
            fork_jobs(first.command[0], socket.socket(fileno=kept))
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(0)
    its.close()
    return ours


def fork_jobs(script: str, channel: socket.socket) -> None:
    """Import what a script needs, then fork this process for each request, until the channel is closed and all end."""
    imported(script)
    if (count := threads()) > 1:
        # They are not forked, and what one of them holds at that moment is held for ever.
        print(f"{script}: its imports have {count} threads, so that its jobs start by themselves", file=sys.stderr)
        return
    gc.collect()
    gc.freeze()  # so that jobs do not copy the pages of what they share
    Supervision(channel).run()


def imported(script: str) -> None:
    """Import all that a script imports at its top, and run nothing of it."""
    file = Path(script)
    exec("\n".join(imports(file)), {})
    for name in IMPORTED_LATER.get(file.stem, ()):
        importlib.import_module(name)


def threads() -> int:
    """Return the number of threads of this process, those of libraries among them."""
    return len(list(Path("/proc/self/task").iterdir()))


def end(*_: object) -> None:
    """End the server as by itself, whoever ends it."""
    raise SystemExit


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for what is forked
    serve(socket.socket(fileno=int(sys.argv[1])), sys.stdin.fileno())
