"""Run a job's script in a process of the fork server, or in this one where there is no server.

Called as `python -I -S client.py script argument ...`. Each job pays for what is imported here: little (`_socket` is
the part of `socket` that is written in C, and takes a fifth of its time).
"""

import _socket
import os
import sys

# Environment variable: the server's address, or `off`. "@name" is an abstract socket, which no file stands for.
ADDRESS = "QUANTSHIFT_FORK_SERVER"
OFF = "off"
# The first packet of an answer: the server has started the job. The second one is the job's return code in decimal:
# its exit code, or the number of the signal that ended it, negative.
STARTED = b"+"
KILLED = -9  # by SIGKILL, with which the kernel takes memory back
LONGEST = 8  # bytes of an answer's packet


def packed(command: list[str], folder: str, environment: dict[bytes, bytes]) -> bytes:
    """Return a request: the number of words of a command, the command, its folder and its environment."""
    words = [str(len(command)), *command, folder]
    return b"\0".join([*map(os.fsencode, words), *(name + b"=" + value for name, value in environment.items())])


def bound(address: str) -> str:
    """Return the name by which the kernel knows an address."""
    return "\0" + address[1:] if address.startswith("@") else address


def same_user(connection: _socket.socket) -> bool:
    """Return whether the process at the other end of a connection is of this process's user."""
    credentials = connection.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, 12)  # process, user, group
    return int.from_bytes(credentials[4:8], sys.byteorder) == os.geteuid()


def asked(address: str, command: list[str]) -> int | None:
    """Return the return code of a job that the server ran, or None where it did not start one."""
    standard = b"".join(descriptor.to_bytes(4, sys.byteorder) for descriptor in (0, 1, 2))
    try:
        connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
        connection.connect(bound(address))
        if not same_user(connection):  # any user may take the name of a server that has ended
            return None
        request = packed(command, os.getcwd(), dict(os.environb))  # noqa: PTH109 - pathlib is dear
        connection.sendmsg([request], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, standard)])
    except OSError:  # no server, or more arguments than a packet takes
        return None
    return answered(connection)


def answered(connection: _socket.socket) -> int | None:
    """Return the return code of a job, or None where it was not started; interrupted, it is waited for.

    The job ends when this process does, or has shut the connection down: see `supervision.Job`.
    """
    started = False
    while True:
        try:
            answer = connection.recv(LONGEST)
        except KeyboardInterrupt:
            connection.shutdown(_socket.SHUT_WR)
            continue
        except OSError:  # the process that runs the job was killed
            answer = b""
        if answer == STARTED and not started:
            started = True
        elif started:
            return int(answer) if answer else KILLED
        else:
            return None


def end_by(number: int) -> None:
    """End this process by a signal, as the job ended: no dump of this process's memory is made."""
    # Few clients come here.
    import resource
    import signal

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


if __name__ == "__main__":
    address = os.environ.get(ADDRESS)
    code = asked(address, sys.argv[1:]) if address and address != OFF else None
    if code is None:
        os.execv(sys.executable, [sys.executable, "-P", *sys.argv[1:]])
    if code < 0:
        os.write(2, f"{sys.argv[1]}: its process crashed or was killed, perhaps since memory ran out\n".encode())
        end_by(-code)
    sys.exit(code)
