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

from quantshift.core import owner
from quantshift.jobs.fork_server import job
from quantshift.jobs.fork_server.client import STARTED
from quantshift.jobs.fork_server.request import DESCRIPTORS, Request, received
from quantshift.jobs.job import INTERRUPTED

# Seconds from SIGTERM to SIGKILL for a job whose client was interrupted and waits for it. Others get `owner.GRACE`.
GRACE = 30.0
PR_SET_PDEATHSIG = 1  # of <linux/prctl.h>


@dataclass
class Job:
    """A forked job.

    Attributes:
        process: its number.
        client: the connection to the client that waits for it.
        last: when it gets SIGKILL, by the monotonic clock; None as long as it need not end.
        awaited: whether its client is there.
    """

    process: int
    client: socket.socket
    last: float | None = None
    awaited: bool = True

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
            ready = self.ready(reading)
            if reading in ready:
                os.read(reading, select.PIPE_BUF)
            for one in self._jobs:
                # A client never writes: it was interrupted, or it has ended and Snakemake takes the job for failed.
                if event := ready.get(one.client.fileno()):
                    one.awaited = not event & select.POLLHUP
                    one.end(GRACE if one.awaited else owner.GRACE)
            if self._jobs and not owner.alive():
                for one in self._jobs:
                    one.end(owner.GRACE)
            self._jobs = [one for one in self._jobs if one.check()]
            if self.channel and self.channel.fileno() in ready:
                self.begin(self.channel)

    def ready(self, signals: int) -> dict[int, int]:
        """Return the descriptors that something has happened to, and what, once there are any or some time has passed.

        Args:
            signals: a descriptor to be read when a signal has come.
        """
        poll = select.poll()
        poll.register(signals, select.POLLIN)
        if self.channel:
            poll.register(self.channel, select.POLLIN)
        for one in self._jobs:
            if one.awaited:
                # A client that was interrupted can be read for ever: its end alone is waited for.
                poll.register(one.client, select.POLLIN if one.last is None else 0)
        return dict(poll.poll(owner.INTERVAL * 1000 if self._jobs else None))

    def begin(self, channel: socket.socket) -> None:
        """Fork a job for the next request of the channel; where that cannot be done, its client starts it by itself."""
        try:
            packet, descriptors = received(channel)
        except OSError:  # the request was cut short: no descriptor of it is open any more
            return
        if not packet:
            channel.close()
            self.channel = None
            return
        if len(descriptors) != DESCRIPTORS:  # not a client of ours
            for descriptor in descriptors:
                os.close(descriptor)
            return
        *standard, connected = descriptors
        client = socket.socket(fileno=connected)
        client.settimeout(None)
        if select.select([client], [], [], 0)[0]:  # interrupted while it waited for this process
            send(client, STARTED)
            answer(client, INTERRUPTED)
        else:
            parent = os.getpid()
            try:
                process = os.fork()
            except OSError:  # no memory, or too many processes
                process = None
            if process == 0:
                for one in [channel, *(one.client for one in self._jobs)]:
                    one.close()
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                end_with(parent)
                owner.CLIENT = client.detach()
                os.set_inheritable(owner.CLIENT, False)  # it is not for programs that the job starts
                job.run(Request.unpacked(packet), standard)
            if process is None:
                client.close()
            else:
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
