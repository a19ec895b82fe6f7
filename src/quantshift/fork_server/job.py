"""A forked process that becomes a client's job."""

import contextlib
import os
import runpy
import select
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from typing import NoReturn

from quantshift.fork_server.client import STARTED
from quantshift.fork_server.request import Request
from quantshift.jobs import INTERRUPTED

# A job that was told to end and is still computing is ended hard after this many seconds.
GRACE = 30


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
        if select.select([connection], [], [], 0)[0]:
            code = INTERRUPTED  # while this process was waited for
        else:
            threading.Thread(target=end_with, args=(connection,), daemon=True).start()
            code = exit_code(request.command[0])
        connection.send(bytes([code]))
    finally:
        # Without what was registered to be done at exit: that is for the process that this one was forked from.
        os._exit(code)


def end_with(client: socket.socket) -> None:
    """End this process when its client has ended or was interrupted, as a cluster does."""
    with contextlib.suppress(OSError):  # it was killed before it read that the job has started
        client.recv(1)  # a client never writes
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)


def exit_code(script: str) -> int:
    """Run a script, and return what Python would exit with."""
    try:
        runpy.run_path(script, run_name="__main__")
        code = 0
    except SystemExit as end:
        code = told(end.code) if isinstance(end.code, str) else int(end.code or 0) & 0xFF
    except BaseException:
        code = told(traceback.format_exc())
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # a full disk
            code = code or 1
    return code


def told(why: str) -> int:
    """Say why a job failed, where that can be written, and return its exit code."""
    with contextlib.suppress(OSError):
        print(why.rstrip("\n"), file=sys.stderr)
    return 1
