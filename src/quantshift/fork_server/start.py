"""The start of the fork server, by the process that runs the jobs."""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from quantshift.fork_server import client

OFF = "off"
WAITING = 128  # clients that may wait to be accepted: more than jobs begin at a time


def command() -> list[str]:
    """Return the words that start a client; a script and its arguments follow."""
    # Without the modules of the site, which the client does without and a job that starts by itself imports.
    return [sys.executable, "-I", "-S", client.__file__]


def start() -> subprocess.Popen[bytes] | None:
    """Start a fork server for the jobs that this process starts from now on; it ends with this process.

    There is none, and jobs start by themselves, on systems other than Linux (processes that use the system's libraries
    cannot be forked everywhere), with QUANTSHIFT_FORK_SERVER=off, and where the temporary folder takes no socket.
    """
    if sys.platform != "linux" or os.environ.get(client.ADDRESS) == OFF:
        return None
    folder = Path(tempfile.mkdtemp(prefix="quantshift-"))  # which only this user can open
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        try:
            listener.bind(str(folder / "jobs"))
        except OSError:  # a path of more than a hundred characters, for one
            folder.rmdir()
            return None
        listener.listen(WAITING)
        os.environ[client.ADDRESS] = str(folder / "jobs")
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "quantshift.fork_server.server", str(listener.fileno()), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[listener.fileno()],
            start_new_session=True,  # Ctrl-C is for the clients, whose jobs end with them
        )
