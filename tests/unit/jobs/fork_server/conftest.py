"""A fork server of a test's own, and its clients."""

import os
import signal
import subprocess
import time
from functools import partial

import pytest

from quantshift.jobs.fork_server.client import ADDRESS, OFF
from quantshift.jobs.fork_server.start import command, start


class Clients:
    """Start scripts as the rules do."""

    def __init__(self, folder, environment):
        self.folder = folder
        self.environment = environment

    def script(self, text, name="script.py"):
        """Write a script."""
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        return file

    def begin(self, script, *arguments, **options):
        """Start a client."""
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        environment = {**os.environ, **self.environment}
        # Programs that a shell has started in the background ignore Ctrl-C, and so do theirs.
        heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
        return subprocess.Popen(
            [*command(), str(script), *arguments], env=environment, text=True, preexec_fn=heed, **pipes | options
        )

    def run(self, script, *arguments, given="", **options):
        """Run a client, and return its exit code, what it wrote, and the number of its process."""
        process = self.begin(script, *arguments, **options)
        output, errors = process.communicate(given, timeout=60)
        return process.returncode, output, errors, process.pid


@pytest.fixture
def modules(monkeypatch, tmp_path):
    """A folder whose modules a server and its jobs can import: it must be there before the server."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path


@pytest.fixture
def server(monkeypatch, tmp_path):
    """A running fork server."""
    monkeypatch.setenv(ADDRESS, "")
    process = start(tmp_path / "server.log")
    assert process
    yield process
    ended = process.poll() is not None  # by the test
    process.stdin.close()
    assert process.wait(timeout=30) == 0 or ended


@pytest.fixture
def forked(server, tmp_path):
    """Clients whose jobs are forked."""
    return Clients(tmp_path, {})


@pytest.fixture
def both(server, tmp_path):
    """Clients whose jobs are forked, and clients whose jobs start by themselves."""
    return Clients(tmp_path, {}), Clients(tmp_path, {ADDRESS: OFF})


@pytest.fixture(params=["forked", "plain"])
def either(request, both):
    """Clients whose jobs are forked, or clients whose jobs start by themselves."""
    return both[request.param == "plain"]


@pytest.fixture
def until():
    """Wait until something is true, and fail the test when it takes too long."""

    def wait(true):
        last = time.monotonic() + 30
        while not true():
            assert time.monotonic() < last
            time.sleep(0.02)

    return wait
