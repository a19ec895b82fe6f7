"""Run a job's script in a process of the fork server, or in this one where there is no server.

Called as `python -I -S client.py script argument ...`. Each job pays for what is imported here: little (`_socket` is
the part of `socket` that is written in C, and takes a fifth of its time).
"""

import _socket
import os
import sys

# The variable that has the server's address, or that there shall be none.
ADDRESS = "QUANTSHIFT_FORK_SERVER"
OFF = "off"
# The first byte of an answer: from here on the job is the server's. The second one is its exit code.
STARTED = b"+"
# What a shell says of a process that SIGKILL (signal 9) has ended.
KILLED = 128 + 9


def packed(command: list[str], folder: str, environment: dict[bytes, bytes]) -> bytes:
    """Return a request: the number of words of a command, the command, its folder and its environment."""
    words = [str(len(command)), *command, folder]
    return b"\0".join([*map(os.fsencode, words), *(name + b"=" + value for name, value in environment.items())])


def asked(address: str, command: list[str]) -> int | None:
    """Return the exit code of a job that the server ran, or None where it did not start one."""
    standard = b"".join(descriptor.to_bytes(4, sys.byteorder) for descriptor in (0, 1, 2))
    try:
        connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
        connection.connect(address)
        request = packed(command, os.getcwd(), dict(os.environb))  # noqa: PTH109 - pathlib is dear
        connection.sendmsg([request], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, standard)])
    except OSError:  # no server, or more arguments than a packet takes
        return None
    return answered(connection)


def answered(connection: _socket.socket) -> int | None:
    """Return the exit code of a job, or None where it was not started; interrupted, it is waited for.

    The job ends when this process does, or has shut the connection down: see `job.end_with`.
    """
    started = False
    while True:
        try:
            answer = connection.recv(1)
        except KeyboardInterrupt:
            connection.shutdown(_socket.SHUT_WR)
            continue
        except OSError:  # the server was killed
            answer = b""
        if answer == STARTED and not started:
            started = True
        elif started:
            return answer[0] if answer else KILLED
        else:
            return None


if __name__ == "__main__":
    address = os.environ.get(ADDRESS)
    code = asked(address, sys.argv[1:]) if address and address != OFF else None
    if code is None:
        os.execv(sys.executable, [sys.executable, "-P", *sys.argv[1:]])
    if code == KILLED:
        os.write(2, f"{sys.argv[1]}: its process crashed or was killed, perhaps since memory ran out\n".encode())
    sys.exit(code)
