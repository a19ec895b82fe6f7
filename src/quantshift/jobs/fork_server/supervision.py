"""A process that forks jobs, waits for them, and ends those that no client waits for any more.

Jobs are ended from outside, so that no code of a job can block this.
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

# Seconds from SIGTERM to SIGKILL for a job whose interrupted client still waits for it. Other jobs get `owner.GRACE`.
GRACE = 30.0
PR_SET_PDEATHSIG = 1  # of <linux/prctl.h>


@dataclass
class Job:
    """A forked job.

    Attributes:
        process: its process id.
        client: the connection to the client that waits for it.
        deadline: when it gets SIGKILL, by the monotonic clock; None unless it must end.
        awaited: whether its client is still connected.
    """

    process: int
    client: socket.socket
    deadline: float | None = None
    awaited: bool = True

    def end(self, grace: float) -> None:
        """Send the job SIGTERM, and schedule SIGKILL after some seconds."""
        deadline = time.monotonic() + grace
        if self.deadline is None:
            os.kill(self.process, signal.SIGTERM)
        self.deadline = deadline if self.deadline is None else min(self.deadline, deadline)

    def check(self) -> bool:
        """Return whether the job is running; if it has ended, send its return code to the client."""
        if self.deadline is not None and time.monotonic() >= self.deadline:
            os.kill(self.process, signal.SIGKILL)
        process, status = os.waitpid(self.process, os.WNOHANG)
        if process:
            reply(self.client, os.waitstatus_to_exitcode(status))
        return not process


@dataclass
class Supervision:
    """The loop that supervises the jobs of this process.

    Attributes:
        channel: the source of requests, or None after it is closed.
    """

    channel: socket.socket | None
    _jobs: list[Job] = field(default_factory=list)

    def run(self) -> None:
        """Fork a job for each request, until the channel is closed and all jobs have ended."""
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        # Each signal writes a byte to the pipe, so that `poll` also returns when a job ends.
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        while self.channel or self._jobs:
            ready = self.ready(reading)
            if reading in ready:
                os.read(reading, select.PIPE_BUF)
            for child in self._jobs:
                # Clients never write. An event means that the client was interrupted, or that it has ended and
                # Snakemake regards the job as failed.
                if event := ready.get(child.client.fileno()):
                    child.awaited = not event & select.POLLHUP
                    child.end(GRACE if child.awaited else owner.GRACE)
            if self._jobs and not owner.alive():
                for child in self._jobs:
                    child.end(owner.GRACE)
            self._jobs = [child for child in self._jobs if child.check()]
            if self.channel and self.channel.fileno() in ready:
                self.begin(self.channel)

    def ready(self, signals: int) -> dict[int, int]:
        """Wait for events, at most for the polling interval while jobs run, and return them by descriptor.

        Args:
            signals: the descriptor that becomes readable when a signal arrives.
        """
        poll = select.poll()
        poll.register(signals, select.POLLIN)
        if self.channel:
            poll.register(self.channel, select.POLLIN)
        for child in self._jobs:
            if child.awaited:
                # The connection of an interrupted client stays readable: wait only for its end.
                poll.register(child.client, select.POLLIN if child.deadline is None else 0)
        return dict(poll.poll(owner.INTERVAL * 1000 if self._jobs else None))

    def begin(self, channel: socket.socket) -> None:
        """Fork a job for the next request of the channel; if that fails, the client runs the job itself."""
        try:
            packet, descriptors = received(channel)
        except OSError:  # a truncated request, whose descriptors are closed already
            return
        if not packet:
            channel.close()
            self.channel = None
            return
        if len(descriptors) != DESCRIPTORS:  # not one of our clients
            for descriptor in descriptors:
                os.close(descriptor)
            return
        *standard, connected = descriptors
        client = socket.socket(fileno=connected)
        client.settimeout(None)
        if select.select([client], [], [], 0)[0]:  # interrupted while it waited for this process
            send(client, STARTED)
            reply(client, INTERRUPTED)
        else:
            parent = os.getpid()
            try:
                process = os.fork()
            except OSError:  # no memory, or too many processes
                process = None
            if process == 0:
                for connection in [channel, *(child.client for child in self._jobs)]:
                    connection.close()
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                end_with(parent)
                owner.CLIENT = client.detach()
                os.set_inheritable(owner.CLIENT, False)  # programs that the job starts must not inherit it
                job.run(Request.unpacked(packet), standard)
            if process is None:
                client.close()
            else:
                send(client, STARTED)
                self._jobs.append(Job(process, client))
        for descriptor in standard:
            os.close(descriptor)


def send(client: socket.socket, packet: bytes) -> None:
    """Send a client a packet of its reply, if it is still connected."""
    with contextlib.suppress(OSError):
        client.send(packet)


def reply(client: socket.socket, code: int) -> None:
    """Send a client the return code of its job, which is the last packet of its reply."""
    send(client, b"%d" % code)
    client.close()


def end_with(parent: int) -> None:
    """Have the kernel end this process when its parent ends, since no other process knows of it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != parent:  # the parent has ended already
        sys.exit(1)
