"""The start of the fork server, by the process that runs the jobs."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from quantshift.fork_server import client
from quantshift.fork_server.client import ADDRESS, OFF

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
    cannot be forked everywhere), with QUANTSHIFT_FORK_SERVER=off, and where it cannot be started: where the temporary
    folder takes no socket, for one.

    Args:
        log: the file that gets what the server has to say.

    Returns:
        The server, which ends with this process or when its standard input is closed.
    """
    forget()
    if sys.platform != "linux" or os.environ.get(ADDRESS) == OFF:
        return None
    folder = ""
    try:
        folder = tempfile.mkdtemp(prefix="quantshift-")  # which only this user can open
        server = started(Path(folder), log)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        return None
    KEPT.append(server)
    os.environ[ADDRESS] = f"{folder}/jobs"
    return server


def started(folder: Path, log: Path) -> subprocess.Popen[bytes]:
    """Start a fork server whose socket is in a folder, which it removes when it ends.

    Raises:
        OSError: there is no such socket here, the folder's path is too long for one, or there is no memory.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener, log.open("wb") as said:
        listener.bind(str(folder / "jobs"))
        listener.listen(WAITING)
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "quantshift.fork_server.server", str(listener.fileno()), str(folder)],
            stdin=subprocess.PIPE,  # which is closed when this process ends
            stdout=said,
            stderr=said,
            pass_fds=[listener.fileno()],
            start_new_session=True,  # Ctrl-C is for the clients, whose jobs end with them
        )
