"""The start of the fork server, by the process that runs the jobs."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from quantshift.jobs.fork_server import client
from quantshift.jobs.fork_server.client import ADDRESS, OFF, bound

WAITING = 128  # clients that may wait to be accepted: more than jobs begin at a time
# What a user may write to have none.
NO = {OFF, "0", "no", "false"}
# The servers of this process: one that is forgotten has its standard input closed, and ends.
KEPT: list[subprocess.Popen[bytes]] = []


def command() -> list[str]:
    """Return the words that start a client; a script and its arguments follow."""
    # Without the modules of the site, which the client does without and a job that starts by itself imports.
    return [sys.executable, "-I", "-S", client.__file__]


def forget() -> None:
    """Have jobs start by themselves: a server that another process has started is not for this one's."""
    if os.environ.pop(ADDRESS, "").lower() in NO:
        os.environ[ADDRESS] = OFF


def start(log: Path) -> subprocess.Popen[bytes] | None:
    """Start a fork server for the jobs that this process starts from now on.

    There is none, and jobs start by themselves, on systems other than Linux (processes that use the system's libraries
    cannot be forked everywhere), with QUANTSHIFT_FORK_SERVER=off, and where it cannot be started.

    Args:
        log: the file that gets what the server has to say.

    Returns:
        The server, which ends with this process or when its standard input is closed.
    """
    forget()
    if sys.platform != "linux" or os.environ.get(ADDRESS) == OFF:
        return None
    # An abstract socket has no file, so that nothing is left of it, whatever ends the server.
    address = f"@quantshift-{uuid4().hex}"
    try:
        server = started(address, log)
    except OSError:
        return None
    KEPT.append(server)
    os.environ[ADDRESS] = address
    return server


def started(address: str, log: Path) -> subprocess.Popen[bytes]:
    """Start a fork server that listens at an address.

    Raises:
        OSError: there is no such socket here, or there is no memory.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener, log.open("wb") as said:
        listener.bind(bound(address))
        listener.listen(WAITING)
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "quantshift.jobs.fork_server.server", str(listener.fileno())],
            stdin=subprocess.PIPE,  # which is closed when this process ends
            stdout=said,
            stderr=said,
            pass_fds=[listener.fileno()],
            start_new_session=True,  # Ctrl-C is for the clients, whose jobs end with them
        )
