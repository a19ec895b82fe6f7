"""The fork server: for each script a process that has imported what the script imports, forked again for each job.

Libraries read some of the environment when they are imported, such as how many threads they may have (Snakemake tells
them by each rule's threads): a script has a process for each environment that its jobs come with.

Run as `python -P -m quantshift.fork_server.server descriptor folder`: the descriptor of a listening socket, and the
folder that has it, which is removed at the end. It ends when its standard input is closed: when Snakemake is gone.
"""

import ast
import gc
import importlib
import os
import select
import shutil
import signal
import socket
import sys
from pathlib import Path

from quantshift.fork_server.job import run
from quantshift.fork_server.request import Request, received

# A client that sends nothing holds up the others for this long.
SECONDS = 10.0
MORE_DESCRIPTORS = 1 << 16  # than the server has open
# Processes that are kept ready. A variable that differs from job to job would have one made for each.
MOST = 32
# What a script has imported later than at its top, by all or most of its jobs.
IMPORTED_LATER = {
    "export": ("quantshift.export.folding",),
    "figure": ("matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg"),
    "graph": ("onnxscript",),
    "quantize": ("onnxconverter_common.float16", "onnxruntime.quantization"),
}


Key = tuple[str, frozenset[tuple[bytes, bytes]]]


def serve(listener: socket.socket, lifeline: int) -> None:
    """Hand each request on to the process of its script, until the lifeline is closed.

    Args:
        listener: where clients connect.
        lifeline: a descriptor that can be read when there is nobody left to serve.
    """
    channels: dict[Key, socket.socket] = {}
    while lifeline not in select.select([listener.fileno(), lifeline], [], [])[0]:
        connection, _ = listener.accept()
        hand_on(connection, channels)


def hand_on(connection: socket.socket, channels: dict[Key, socket.socket]) -> None:
    """Hand a client's request on, with its connection, or close that: then the client does without.

    Args:
        connection: the client's.
        channels: the sockets of the scripts' processes; a new one's is added.
    """
    descriptors: list[int] = []
    with connection:
        connection.settimeout(SECONDS)
        try:
            packet, descriptors = received(connection)
            request = Request.unpacked(packet)
            key = request.command[0], frozenset(request.environment.items())
            if key not in channels and len(channels) < MOST:
                channels[key] = process_of(request)
            try:
                socket.send_fds(channels[key], [packet], [*descriptors, connection.fileno()])
            except OSError:  # it has ended: its script imports what cannot be imported
                channels.pop(key).close()
        except (OSError, ValueError, LookupError):
            pass  # not a client of ours, or one too many
        finally:
            for descriptor in descriptors:
                os.close(descriptor)


def process_of(first: Request) -> socket.socket:
    """Start the process that jobs like this one are forked from, and return the socket that takes requests to it."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:
        code = 1
        try:
            # The descriptors of the server and of other scripts' processes: one that stays open here never ends.
            kept = os.dup2(its.fileno(), 3, inheritable=False)
            os.closerange(4, MORE_DESCRIPTORS)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.environb.clear()
            os.environb.update(first.environment)
            fork_jobs(first.command[0], socket.socket(fileno=kept))
            code = 0
        finally:
            os._exit(code)
    its.close()
    return ours


def fork_jobs(script: str, channel: socket.socket) -> None:
    """Import what a script needs, then fork this process for each request, until the channel is closed."""
    imported(script)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the jobs
    gc.collect()
    gc.freeze()  # so that jobs do not copy the pages of what they share
    while True:
        packet, descriptors = received(channel)
        if not packet:
            return
        if os.fork() == 0:
            channel.close()
            run(Request.unpacked(packet), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def imported(script: str) -> None:
    """Import all that a script imports at its top, and run nothing of it."""
    file = Path(script)
    tree = ast.parse(file.read_bytes())
    imports: list[ast.stmt] = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    exec(compile(ast.Module(imports, type_ignores=[]), script, "exec"), {})
    for name in IMPORTED_LATER.get(file.stem, ()):
        importlib.import_module(name)


if __name__ == "__main__":
    try:
        serve(socket.socket(fileno=int(sys.argv[1])), sys.stdin.fileno())
    finally:
        shutil.rmtree(sys.argv[2], ignore_errors=True)
