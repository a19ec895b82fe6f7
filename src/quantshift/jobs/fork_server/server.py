"""The fork server: for each script, a template process that has run the script's imports and is forked for each job.

Libraries read some environment variables when they are imported, such as the number of threads (Snakemake sets them
from each rule's `threads`). A script therefore has one template process for each environment of its jobs.

Run as `python -P -m quantshift.jobs.fork_server.server descriptor`, with the descriptor of a listening socket. The
server ends when its standard input is closed, which means that Snakemake is gone.
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

# Seconds that a client has to send its request.
REQUEST_SECONDS = 10.0
MAX_PENDING = 256  # clients that may be connected without having sent a request
BUFFER = 1 << 22  # bytes of requests that may wait for a template process, if the system allows as many
# A template process ends when it has had no job for this long, to free the memory of libraries such as torch.
IDLE_SECONDS = 60.0
# Template processes at a time. A variable that differs between jobs would otherwise create one for each job.
MAX_TEMPLATES = 32
MAX_DESCRIPTOR = 1 << 16  # above all descriptors that the server has open
# Modules that all or most jobs of a script import inside functions.
LATE_IMPORTS = {
    "export": ("quantshift.export.folding",),
    "figure": ("matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg"),
    "graph": ("onnxscript",),
    "quantize": ("onnxconverter_common.float16", "onnxruntime.quantization"),
    "shift": ("cv2", "scipy.ndimage", "scipy.sparse", "scipy.special"),
}
# Jobs with the same script and environment share a template process.
Key = tuple[str, frozenset[tuple[bytes, bytes]]]


@dataclass
class Template:
    """A process from which jobs are forked.

    Attributes:
        channel: the socket for its requests, or None after it has ended; its jobs then start without the server.
        used: time of the last request, by the monotonic clock.
    """

    channel: socket.socket | None
    used: float

    @property
    def idle(self) -> bool:
        """Return whether the process has had no job for `IDLE_SECONDS`."""
        return self.channel is not None and time.monotonic() - self.used > IDLE_SECONDS


def serve(listener: socket.socket, lifeline: int) -> None:
    """Forward each request to the template process of its script, until the lifeline is closed.

    Args:
        listener: the socket that clients connect to.
        lifeline: a descriptor that becomes readable when no client remains to be served.
    """
    templates: dict[Key, Template] = {}
    pending: dict[socket.socket, float] = {}
    while True:
        sources: list[int | socket.socket] = [lifeline, listener, *pending]
        readable, _, _ = select.select(sources, [], [], REQUEST_SECONDS if pending else IDLE_SECONDS)
        if lifeline in readable:
            return
        for connection in pending.keys() & readable:
            del pending[connection]
            forward(connection, templates)
        if listener in readable:
            admit(listener, pending)
        now = time.monotonic()
        for connection in [client for client, since in pending.items() if now - since > REQUEST_SECONDS]:
            del pending[connection]
            connection.close()
        for key in [key for key, template in templates.items() if template.idle]:
            close(templates.pop(key))


def admit(listener: socket.socket, pending: dict[socket.socket, float]) -> None:
    """Accept a connection, and wait for its request together with the others.

    Args:
        listener: the socket that clients connect to.
        pending: connections without a request, and since when; the new connection is added.
    """
    with contextlib.suppress(OSError):  # the client is gone already, or there are too many
        connection, _ = listener.accept()
        connection.setblocking(False)
        if not same_user(connection):
            connection.close()
            return
        pending[connection] = time.monotonic()
        if len(pending) > MAX_PENDING:
            oldest = next(iter(pending))
            del pending[oldest]
            oldest.close()


def forward(connection: socket.socket, templates: dict[Key, Template]) -> None:
    """Forward a client's request with its connection; if that fails, close it, and the client runs the job itself.

    Args:
        connection: the client's connection, which is readable.
        templates: the template processes; a new one is added.
    """
    descriptors: list[int] = []
    with connection:
        try:
            packet, descriptors = received(connection)
            request = Request.unpacked(packet)
            key = request.command[0], frozenset(request.environment.items())
            if key not in templates and len(templates) < MAX_TEMPLATES:
                templates[key] = Template(start_template(request), 0.0)
            send(templates[key], packet, [*descriptors, connection.fileno()])
        except (OSError, ValueError, LookupError):
            pass  # not one of our clients, or too many template processes
        finally:
            for descriptor in descriptors:
                os.close(descriptor)


def send(template: Template, packet: bytes, descriptors: list[int]) -> None:
    """Send a request to a template process.

    Raises:
        OSError: the process has ended because an import of its script failed, or its socket's buffer is full.
    """
    template.used = time.monotonic()
    if template.channel is None:
        return
    try:
        socket.send_fds(template.channel, [packet], descriptors)
    except ConnectionError:
        close(template)
        template.channel = None
        raise


def close(template: Template) -> None:
    """Close the channel of a template process, which ends the process."""
    if template.channel is not None:
        template.channel.close()


def start_template(first: Request) -> socket.socket:
    """Start a template process for jobs like this one, and return the socket for its requests."""
    server_end, template_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    server_end.setblocking(False)  # slow imports of one script must not block other scripts
    server_end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
    if os.fork() == 0:
        try:
            # Close the descriptors of the server and of other template processes, which would otherwise never end.
            channel = os.dup2(template_end.fileno(), 3, inheritable=False)
            os.closerange(4, MAX_DESCRIPTOR)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.environb.clear()
            os.environb.update(first.environment)
            fork_jobs(first.command[0], socket.socket(fileno=channel))
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(0)
    template_end.close()
    return server_end


def fork_jobs(script: str, channel: socket.socket) -> None:
    """Run a script's imports, then fork this process for each request until the channel is closed and all jobs end."""
    run_imports(script)
    if (count := threads()) > 1:
        # A fork does not copy threads, so a lock that one of them holds would never be released.
        print(f"{script}: its imports start {count} threads, so its jobs are not forked", file=sys.stderr)
        return
    gc.collect()
    gc.freeze()  # so that jobs do not copy shared pages of memory
    Supervision(channel).run()


def run_imports(script: str) -> None:
    """Run the imports of a script, and nothing else of it."""
    file = Path(script)
    exec("\n".join(imports(file)), {})
    for name in LATE_IMPORTS.get(file.stem, ()):
        importlib.import_module(name)


def threads() -> int:
    """Return the number of threads of this process, including those of libraries."""
    return len(list(Path("/proc/self/task").iterdir()))


def end(*_: object) -> None:
    """Exit normally on SIGTERM."""
    raise SystemExit


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps template processes
    serve(socket.socket(fileno=int(sys.argv[1])), sys.stdin.fileno())
