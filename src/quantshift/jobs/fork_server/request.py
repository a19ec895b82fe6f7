"""Requests to the fork server."""

import os
import socket
from dataclasses import dataclass
from typing import Self

# Maximum size in bytes: more than the arguments and environment of any job.
PACKET_BYTES = 1 << 20
# The client's standard input, output and error, and its connection, which the server adds.
DESCRIPTORS = 4


@dataclass(frozen=True)
class Request:
    """The script that a process is asked to run.

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
        """Return the request in a packet built by `client.packed`.

        Raises:
            ValueError: the packet is not a request.
        """
        count, *words = packet.split(b"\0")
        command, folder, environment = words[: int(count)], words[int(count)], words[int(count) + 1 :]
        pairs = (entry.partition(b"=") for entry in environment)
        return cls(
            [os.fsdecode(word) for word in command], os.fsdecode(folder), {name: value for name, _, value in pairs}
        )


def received(connection: socket.socket) -> tuple[bytes, list[int]]:
    """Receive a packet and its file descriptors; the packet is empty if the other side has closed the connection.

    Raises:
        OSError: the packet was truncated, or the other side is too slow.
    """
    packet, descriptors, flags, _ = socket.recv_fds(connection, PACKET_BYTES, DESCRIPTORS)
    if flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
        for descriptor in descriptors:
            os.close(descriptor)
        raise OSError("the request was truncated")
    return packet, descriptors
