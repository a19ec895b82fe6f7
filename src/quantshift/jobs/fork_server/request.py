"""A request to the fork server, as its client packs it."""

import os
import socket
from dataclasses import dataclass
from typing import Self

# More than the arguments and the environment of any job.
LARGEST = 1 << 20
# A client's standard input, output and error, and where the server has added it, the client's connection.
DESCRIPTORS = 4


@dataclass(frozen=True)
class Request:
    """What a process is asked to run.

    Attributes:
        command: a script and its arguments.
        folder: the working directory.
        environment: the environment variables.
    """

    command: list[str]
    folder: str
    environment: dict[bytes, bytes]

    @classmethod
    def unpacked(cls, packet: bytes) -> Self:
        """Return the request that `client.packed` has packed.

        Raises:
            ValueError: it is none.
        """
        count, *words = packet.split(b"\0")
        command, folder, environment = words[: int(count)], words[int(count)], words[int(count) + 1 :]
        pairs = (entry.partition(b"=") for entry in environment)
        return cls(
            [os.fsdecode(word) for word in command], os.fsdecode(folder), {name: value for name, _, value in pairs}
        )


def received(connection: socket.socket) -> tuple[bytes, list[int]]:
    """Return a packet and the file descriptors that came with it; no bytes at all when the other side is gone.

    Raises:
        OSError: some of it was left out, or the other side is too slow.
    """
    packet, descriptors, flags, _ = socket.recv_fds(connection, LARGEST, DESCRIPTORS)
    if flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
        for descriptor in descriptors:
            os.close(descriptor)
        raise OSError("a request was cut short")
    return packet, descriptors
