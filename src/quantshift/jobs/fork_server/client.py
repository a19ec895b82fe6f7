"""Run a job's script in a process of the fork server, or in this one where there is no server.

Called as `python -I -S client.py script argument ...`. Every job pays for the imports here, so they are few: `_socket`,
the C part of `socket`, loads in a fifth of its time.
"""

import _socket
import os
import sys

# Environment variable: the server's address, or `off`. "@name" is an abstract socket, which has no file.
ADDRESS = "QUANTSHIFT_FORK_SERVER"
OFF = "off"
# The first packet of a reply: the server has started the job. The second packet is the job's return code in decimal:
# its exit code, or the negative number of the signal that ended it.
STARTED = b"+"
KILLED = -9  # by SIGKILL, as the kernel's out-of-memory killer does
REPLY_BYTES = 8  # maximum size of a reply packet


def packed(command: list[str], folder: str, environment: dict[bytes, bytes]) -> bytes:
    """Return a request: the number of words in a command, the command, its folder and its environment."""
    words = [str(len(command)), *command, folder]
    return b"\0".join([*map(os.fsencode, words), *(name + b"=" + value for name, value in environment.items())])


def socket_name(address: str) -> str:
    """Return the kernel's name for an address."""
    return "\0" + address[1:] if address.startswith("@") else address


def same_user(connection: _socket.socket) -> bool:
    """Return whether the process at the other end of a connection has the same user as this process."""
    credentials = connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)  # process, user, group
    return int.from_bytes(credentials[4:8], sys.byteorder) == os.geteuid()


def request_job(address: str, command: list[str]) -> int | None:
    """Ask the server to run a job; return the job's return code, or None if the server did not start it."""
    standard = b"".join(descriptor.to_bytes(4, sys.byteorder) for descriptor in (0, 1, 2))
    try:
        connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
        connection.connect(socket_name(address))
        if not same_user(connection):  # after a server ends, any user can bind its name
            return None
        request = packed(command, os.getcwd(), dict(os.environb))  # noqa: PTH109 - pathlib is slow to import
        connection.sendmsg([request], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, standard)])
    except OSError:  # no server, or more arguments than fit into a packet
        return None
    return wait_for_job(connection)


def wait_for_job(connection: _socket.socket) -> int | None:
    """Wait for a job, even after Ctrl-C; return its return code, or None if it was not started.

    The job ends when this process ends or shuts the connection down (see `supervision.Job`).
    """
    started = False
    while True:
        try:
            reply = connection.recv(REPLY_BYTES)
        except KeyboardInterrupt:
            connection.shutdown(_socket.SHUT_WR)
            continue
        except OSError:  # the process that runs the job was killed
            reply = b""
        if reply == STARTED and not started:
            started = True
        elif started:
            return int(reply) if reply else KILLED
        else:
            return None


def exit_by_signal(number: int) -> None:
    """End this process by the signal that ended the job, without a core dump."""
    # Imported here because few clients need them.
    import resource
    import signal

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


if __name__ == "__main__":
    address = os.environ.get(ADDRESS)
    code = request_job(address, sys.argv[1:]) if address and address != OFF else None
    if code is None:
        os.execv(sys.executable, [sys.executable, "-P", *sys.argv[1:]])
    if code < 0:
        os.write(2, f"{sys.argv[1]}: the process crashed or was killed, perhaps because memory ran out\n".encode())
        exit_by_signal(-code)
    sys.exit(code)
