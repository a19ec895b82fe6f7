"""A job ends, and publishes nothing, when the Snakemake process that started it is gone."""

import os
import shlex
import signal
import subprocess
import sys
import time

import pytest

from quantshift.core import owner
from quantshift.core.errors import QuantshiftError
from quantshift.core.owner import OWNER
from quantshift.jobs.fork_server.client import ADDRESS, OFF
from quantshift.jobs.fork_server.start import command
from quantshift.storage.files import write_bytes

# A stand-in for Snakemake: it starts a job through a shell, and waits for it.
STARTER = """
import subprocess, sys
from pathlib import Path
from quantshift.core import owner
from quantshift.jobs.fork_server.start import start
start(Path("server.log"))
owner.claim()
print("started", flush=True)
subprocess.run(["bash", "-c", sys.argv[1]])
"""
JOB = """
import os, signal, sys, time
from pathlib import Path
from quantshift.storage.files import write_bytes
from quantshift.jobs.job import job
with job("results/logs/a.log"):
    write_bytes("results/number", str(os.getpid()).encode())
    {work}
    write_bytes("results/late", b"")
"""
WORK = {
    "waits": "time.sleep(60)",
    "computes": "while True: pass",
    "computes in C without releasing the GIL": "sum(range(10**12))",
    "ignores SIGTERM": "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)",
}


def running(process):
    """Return whether a process runs."""
    return owner.start_of(process) is not None


@pytest.mark.skipif(sys.platform != "linux", reason="the fork server needs Linux")
@pytest.mark.parametrize("way", ["forked", "plain"])
@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_a_job_ends_when_its_owner_is_killed(tmp_path, work, way):
    (tmp_path / "job.py").write_text(JOB.format(work=work), encoding="utf-8")
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, f"{shlex.join(command())} job.py; true"],
        cwd=tmp_path,
        env={**os.environ, ADDRESS: OFF if way == "plain" else ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    number = tmp_path / "results/number"
    last = time.monotonic() + 30
    while not number.exists():
        assert time.monotonic() < last
        time.sleep(0.02)
    job = int(number.read_text())
    time.sleep(0.5)
    assert running(job)
    starter.kill()
    began = time.monotonic()
    # The shell, the job and its watchers hold these pipes open, so at end of file all of them have ended.
    starter.communicate(timeout=30)
    assert time.monotonic() - began < 5
    assert not running(job)
    assert sorted(file.name for file in (tmp_path / "results").iterdir()) == ["logs", "number"]


# The owner keeps running after its shell has ended.
LASTING = STARTER + "sys.stdin.read()\n"


@pytest.mark.skipif(sys.platform != "linux", reason="the fork server needs Linux")
@pytest.mark.parametrize("way", ["forked", "plain"])
@pytest.mark.parametrize(
    "work",
    [
        "sum(range(10**12))",
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n    while not Path('killed').exists(): time.sleep(0.01)",
    ],
    ids=["computes", "publishes afterwards"],
)
def test_a_job_ends_and_publishes_nothing_when_the_process_waiting_for_it_is_killed(tmp_path, work, way):
    (tmp_path / "job.py").write_text(JOB.format(work=work), encoding="utf-8")
    starter = subprocess.Popen(
        [sys.executable, "-c", LASTING, f"{shlex.join(command())} job.py & echo $! > client; wait"],
        cwd=tmp_path,
        env={**os.environ, ADDRESS: OFF if way == "plain" else ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    number = tmp_path / "results/number"
    last = time.monotonic() + 30
    while not number.exists():
        assert time.monotonic() < last
        time.sleep(0.02)
    job = int(number.read_text())
    client = int((tmp_path / "client").read_text())
    time.sleep(0.5)
    # Without a server, the client becomes the job, and its shell waits for it.
    waiting = client if way == "forked" else int(owner.fields_of(job)[1])
    os.kill(waiting, signal.SIGKILL)
    # A killed process ends a moment later, which can be long on a busy machine.
    last = time.monotonic() + 30
    while running(waiting):
        assert time.monotonic() < last
        time.sleep(0.01)
    (tmp_path / "killed").touch()
    last = time.monotonic() + 5
    while running(job):
        assert time.monotonic() < last
        time.sleep(0.05)
    assert starter.poll() is None
    starter.communicate(timeout=30)
    assert sorted(file.name for file in (tmp_path / "results").iterdir()) == ["logs", "number"]


@pytest.mark.parametrize("way", ["forked", "plain"])
def test_a_job_whose_owner_is_gone_does_not_begin(tmp_path, way):
    # The orphan's imports last until its owner has ended.
    waiting = "import os, time\nfrom quantshift.core import owner\nwhile owner.alive(): time.sleep(0.01)\n"
    (tmp_path / "job.py").write_text(waiting + JOB.format(work="pass"), encoding="utf-8")
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, f"{shlex.join(command())} job.py; true"],
        cwd=tmp_path,
        env={**os.environ, ADDRESS: OFF if way == "plain" else ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert starter.stdout.readline() == "started\n"
    time.sleep(1)
    starter.kill()
    _, errors = starter.communicate(timeout=30)
    assert not (tmp_path / "results").exists()
    if way == "plain":
        assert errors == "a: the job does not run, because the run that started it has ended\n"


@pytest.fixture
def gone(monkeypatch):
    """The identity of a process that has ended."""
    program = "from quantshift.core import owner\nimport os\nowner.claim()\nprint(os.environ[owner.OWNER])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    monkeypatch.setenv(OWNER, done.stdout.strip())
    return done.stdout.strip()


def test_nothing_is_published_after_the_owner_has_ended(gone, tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"newer")
    with pytest.raises(QuantshiftError, match=r"file is not written: the run that started this job has ended; repeat"):
        write_bytes(file, b"orphan's")
    assert list(tmp_path.iterdir()) == [file]
    assert file.read_bytes() == b"newer"


def test_a_process_with_a_reused_id_is_not_the_owner(gone, monkeypatch):
    where, _, start = gone.split(" ")
    monkeypatch.setenv(OWNER, f"{where} {os.getpid()} {start}")
    assert not owner.alive()
    owner.claim()
    assert owner.alive()


def test_a_killed_owner_that_is_a_zombie_counts_as_gone(monkeypatch):
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    monkeypatch.setenv(OWNER, f"{owner.place()} {process.pid} {owner.start_of(process.pid)}")
    assert owner.alive()
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert not owner.alive()
    process.wait()


@pytest.mark.parametrize("written", ["", "elsewhere/1 1 1", "nonsense", "a b c"])
def test_jobs_work_without_an_owner_on_this_machine(tmp_path, monkeypatch, written):
    monkeypatch.setenv(OWNER, written)
    assert owner.alive()
    write_bytes(tmp_path / "file", b"")


WATCHED = """
import os, sys, time
from pathlib import Path
from quantshift.core import owner
owner.claim()
children = Path(f"/proc/self/task/{os.getpid()}/children")
with owner.watched():
    (watcher,) = children.read_text().split()
    while os.getpgid(int(watcher)) == os.getpgid(0): time.sleep(0.01)
    print(watcher, flush=True)
    if sys.argv[1:]: os.kill(os.getpid(), 9)
assert not children.read_text()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc needs Linux")
@pytest.mark.parametrize("killed", [[], ["killed"]])
def test_ctrl_c_does_not_reach_a_watcher_and_it_ends_with_its_job(killed):
    command = [sys.executable, "-c", WATCHED, *killed]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == (-9 if killed else 0), done.stderr
    last = time.monotonic() + owner.INTERVAL
    while running(int(done.stdout)):
        assert time.monotonic() < last
        time.sleep(0.01)
