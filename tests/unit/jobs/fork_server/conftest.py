"""A fork server for each test, and its clients."""

import os
import signal
import subprocess
import time
from functools import partial

import pytest

from quantshift.jobs.fork_server.client import ADDRESS, OFF
from quantshift.jobs.fork_server.start import command, start


class Clients:
    """Starts scripts as the rules do."""

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
        # Programs that a shell starts in the background ignore Ctrl-C, and so do their children.
        allow_sigint = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
        return subprocess.Popen(
            [*command(), str(script), *arguments],
            env=environment,
            text=True,
            preexec_fn=allow_sigint,
            **pipes | options,
        )

    def run(self, script, *arguments, stdin_text="", **options):
        """Run a client, and return its exit code, standard output, standard error and process id."""
        process = self.begin(script, *arguments, **options)
        output, errors = process.communicate(stdin_text, timeout=60)
        return process.returncode, output, errors, process.pid


@pytest.fixture
def modules(monkeypatch, tmp_path):
    """A folder whose modules a server and its jobs can import; request it before the server."""
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
    """Clients whose jobs are forked, and clients whose jobs start without the server."""
    return Clients(tmp_path, {}), Clients(tmp_path, {ADDRESS: OFF})


@pytest.fixture(params=["forked", "plain"])
def either(request, both):
    """Clients whose jobs are forked, or clients whose jobs start without the server."""
    return both[request.param == "plain"]


@pytest.fixture
def until():
    """Wait until a condition is true, and fail the test after a timeout."""

    def wait(condition):
        deadline = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    return wait
