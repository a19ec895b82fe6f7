"""Start the fork server from the process that runs the jobs."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

from quantshift.jobs.fork_server import client
from quantshift.jobs.fork_server.client import ADDRESS, OFF, socket_name

BACKLOG = 128  # clients that may wait to be accepted: more than jobs begin at a time
# Values of the environment variable that switch the server off.
NO = {OFF, "0", "no", "false"}
# The servers of this process. Garbage collection of an entry would close its standard input and end the server.
SERVERS: list[subprocess.Popen[bytes]] = []


def command() -> list[str]:
    """Return the command that starts a client; a script and its arguments must follow."""
    # -S skips the `site` module: the client does not need it, and a job that starts without the server imports it.
    return [sys.executable, "-I", "-S", client.__file__]


def forget() -> None:
    """Make jobs start without a server: a server that another process started must not serve this process's jobs."""
    if os.environ.pop(ADDRESS, "").lower() in NO:
        os.environ[ADDRESS] = OFF


def start(log: Path) -> subprocess.Popen[bytes] | None:
    """Start a fork server for the jobs that this process starts from now on.

    Args:
        log: the file for the server's output.

    Returns:
        The server, which ends with this process or when its standard input is closed. None, so that jobs start without
        a server, on systems other than Linux (elsewhere, forking a process that uses system libraries is unsafe), with
        QUANTSHIFT_FORK_SERVER=off, and if the server cannot be started.
    """
    forget()
    if sys.platform != "linux" or os.environ.get(ADDRESS) == OFF:
        return None
    # An abstract socket has no file, so nothing remains however the server ends.
    address = f"@quantshift-{uuid4().hex}"
    try:
        server = launch(address, log)
    except OSError:
        return None
    SERVERS.append(server)
    os.environ[ADDRESS] = address
    return server


def launch(address: str, log: Path) -> subprocess.Popen[bytes]:
    """Start a fork server that listens at an address.

    Raises:
        OSError: the system has no such sockets, or not enough memory.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener, log.open("wb") as output:
        listener.bind(socket_name(address))
        listener.listen(BACKLOG)
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "quantshift.jobs.fork_server.server", str(listener.fileno())],
            stdin=subprocess.PIPE,  # closed when this process ends
            stdout=output,
            stderr=output,
            pass_fds=[listener.fileno()],
            start_new_session=True,  # Ctrl-C reaches the clients, whose jobs end with them
        )
