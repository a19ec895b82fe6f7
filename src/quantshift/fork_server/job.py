"""A forked process that becomes a client's job."""

import os
import runpy
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Sequence
from typing import NoReturn

from quantshift.fork_server.client import STARTED
from quantshift.fork_server.request import Request


def run(request: Request, descriptors: Sequence[int]) -> NoReturn:
    """Run a script as its client would, tell the client the exit code, and end.

    This process has the client's environment already.

    Args:
        request: what to run.
        descriptors: the client's standard input, output and error, and its connection.
    """
    *standard, connected = descriptors
    for number, descriptor in enumerate(standard):
        os.dup2(descriptor, number)
        os.close(descriptor)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    code = 1
    try:
        connection = socket.socket(fileno=connected)
        connection.settimeout(None)
        os.chdir(request.folder)
        sys.argv = list(request.command)
        connection.send(STARTED)
        threading.Thread(target=end_with, args=(connection,), daemon=True).start()
        code = exit_code(request.command[0])
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        connection.send(bytes([code]))
    finally:
        # Without what was registered to be done at exit: that is for the process that this one was forked from.
        os._exit(code)


def end_with(client: socket.socket) -> None:
    """End this process when its client has ended or was interrupted, as a cluster does."""
    client.recv(1)  # a client never writes
    os.kill(os.getpid(), signal.SIGTERM)


def exit_code(script: str) -> int:
    """Run a script, and return what Python would exit with."""
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return (end.code or 0) & 0xFF
        print(end.code, file=sys.stderr)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0
