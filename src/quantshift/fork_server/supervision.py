"""A process that forks jobs, waits for them, and ends those that nobody waits for any more.

What ends a job is outside of it, so that no code of the job can hold it up.
"""

import contextlib
import ctypes
import os
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass, field

from quantshift import owner
from quantshift.fork_server import job
from quantshift.fork_server.client import STARTED
from quantshift.fork_server.request import Request, received
from quantshift.jobs import INTERRUPTED

# Seconds from SIGTERM to SIGKILL for a job whose client was interrupted or has ended.
GRACE = 30.0
PR_SET_PDEATHSIG = 1  # of <linux/prctl.h>


@dataclass
class Job:
    """A forked job.

    Attributes:
        process: its number.
        client: the connection to the client that waits for it.
        last: when it gets SIGKILL, by the monotonic clock; None as long as it need not end.
    """

    process: int
    client: socket.socket
    last: float | None = None

    def end(self, grace: float) -> None:
        """Have the job end: at once if it can, and after some seconds whatever it does."""
        last = time.monotonic() + grace
        if self.last is None:
            os.kill(self.process, signal.SIGTERM)
        self.last = last if self.last is None else min(self.last, last)

    def check(self) -> bool:
        """Return whether the job is running; its client gets the return code of one that has ended."""
        if self.last is not None and time.monotonic() >= self.last:
            os.kill(self.process, signal.SIGKILL)
        process, status = os.waitpid(self.process, os.WNOHANG)
        if process:
            answer(self.client, os.waitstatus_to_exitcode(status))
        return not process


@dataclass
class Supervision:
    """The jobs of a process, and what it waits for.

    Attributes:
        channel: where requests come from, or None where none will come any more.
    """

    channel: socket.socket | None
    _jobs: list[Job] = field(default_factory=list)

    def run(self) -> None:
        """Fork a job for each request, until the channel is closed and all jobs have ended."""
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        # A byte in the pipe for each signal: the end of a job is among what is waited for.
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while self.channel or self._jobs:
            clients = {one.client.fileno(): one for one in self._jobs if one.last is None}
            waited = [reading, *clients, *([self.channel.fileno()] if self.channel else [])]
            ready, _, _ = select.select(waited, [], [], owner.INTERVAL if self._jobs else None)
            if reading in ready:
                os.read(reading, select.PIPE_BUF)
            for number in clients.keys() & ready:
                clients[number].end(GRACE)  # a client never writes: it was interrupted or has ended
            if self._jobs and not owner.alive():
                for one in self._jobs:
                    one.end(owner.GRACE)
            self._jobs = [one for one in self._jobs if one.check()]
            if self.channel and self.channel.fileno() in ready:
                self.begin(self.channel)

    def begin(self, channel: socket.socket) -> None:
        """Fork a job for the next request of the channel."""
        packet, descriptors = received(channel)
        if not packet:
            channel.close()
            self.channel = None
            return
        *standard, connected = descriptors
        client = socket.socket(fileno=connected)
        client.settimeout(None)
        if select.select([client], [], [], 0)[0]:  # interrupted while it waited for this process
            send(client, STARTED)
            answer(client, INTERRUPTED)
        else:
            parent = os.getpid()
            process = os.fork()
            if process == 0:
                for one in [channel, client, *(one.client for one in self._jobs)]:
                    one.close()
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                end_with(parent)
                owner.WATCHED = True
                job.run(Request.unpacked(packet), standard)
            send(client, STARTED)
            self._jobs.append(Job(process, client))
        for descriptor in standard:
            os.close(descriptor)


def send(client: socket.socket, packet: bytes) -> None:
    """Send a client a packet of its answer, if it is there."""
    with contextlib.suppress(OSError):
        client.send(packet)


def answer(client: socket.socket, code: int) -> None:
    """Send a client the return code of its job, the last packet of its answer."""
    send(client, b"%d" % code)
    client.close()


def end_with(parent: int) -> None:
    """Have the kernel end this process when its parent ends: nobody else would know of it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:  # already
        sys.exit(1)
