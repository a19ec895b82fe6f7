"""A failed fork or a malformed request affects no other job."""

import errno
import os
import socket
import time
from pathlib import Path

import pytest

from quantshift.jobs.fork_server.client import ADDRESS, STARTED, packed, socket_name, wait_for_job
from quantshift.jobs.fork_server.supervision import Supervision

WAITING = """
import sys, time
from pathlib import Path
folder = Path(sys.argv[1])
(folder / "begun").touch()
while not (folder / "go_on").exists(): time.sleep(0.01)
"""


@pytest.fixture
def nothing():
    """A descriptor to read from and write to."""
    with Path(os.devnull).open("r+b") as file:
        yield file.fileno()


def test_a_client_runs_its_job_itself_if_the_fork_fails(monkeypatch, nothing, tmp_path):
    def fork():
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(os, "fork", fork)
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    client, connection = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, its, client:
        with connection:
            socket.send_fds(ours, [packed(["a.py"], str(tmp_path), {})], [*3 * [nothing], connection.fileno()])
        supervision = Supervision(its)
        supervision.begin(its)
        assert supervision.channel is its
        assert wait_for_job(client) is None


@pytest.mark.parametrize("descriptors", [0, 4])
def test_a_request_with_wrong_descriptors_affects_no_other_job(server, forked, nothing, tmp_path, until, descriptors):
    request = packed([str(forked.script(WAITING)), str(tmp_path)], str(tmp_path), dict(os.environb))

    def ask(count):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.connect(socket_name(os.environ[ADDRESS]))
        socket.send_fds(connection, [request], count * [nothing])
        return connection

    with ask(3) as client:
        until((tmp_path / "begun").exists)
        with ask(descriptors) as stranger:
            stranger.settimeout(20)
            assert stranger.recv(8) == b""
        time.sleep(0.5)
        (tmp_path / "go_on").touch()
        assert client.recv(8) == STARTED
        assert client.recv(8) == b"0"
