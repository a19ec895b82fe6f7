"""The fork server imports once, forks what can be forked, and leaves nothing behind."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from quantshift.jobs.fork_server import server as fork_server
from quantshift.jobs.fork_server.client import ADDRESS, OFF, bound, packed
from quantshift.jobs.fork_server.server import IMPORTED_LATER, MOST, MOST_SILENT, Ready
from quantshift.jobs.fork_server.start import forget, start

ROOT = Path(__file__).parents[4]
RULES = "".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "workflow/rules").glob("*.smk")))
FORKED = sorted(re.findall(r"\{START\}/(\w+)\.py", RULES))
COUNT = """
import sys
from quantshift.jobs.fork_server.server import imported, threads
imported(sys.argv[1])
print(threads())
"""
STARTER = """
import os, signal
from pathlib import Path
from quantshift.jobs.fork_server.start import start
print(start(Path("server.log")).pid, os.environ["QUANTSHIFT_FORK_SERVER"], flush=True)
signal.pause()
"""


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A temporary folder of the test's own, for processes that start from now on and for this one."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    return folder


def alive(process):
    """Return whether a process is there, and not only its exit code for one who does not ask."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def counting(modules):
    """The lines that a module writes when it is imported, one each time."""
    lines = modules / "imports"
    (modules / "slow_module.py").write_text(f"open({str(lines)!r}, 'a').write('again\\n')", encoding="utf-8")
    return lines


def test_a_scripts_imports_are_done_once(counting, forked):
    script = forked.script("import os, slow_module\nprint(os.getpid(), os.getppid())")
    told = [forked.run(script)[1].split() for _ in range(3)]
    assert len({job for job, _ in told}) == 3
    assert len({parent for _, parent in told}) == 1
    assert counting.read_text(encoding="utf-8") == "again\n"


def test_jobs_share_no_state(forked):
    script = forked.script("import os, string\nprint(hasattr(string, 'left'))\nstring.left = os.environ['LEFT'] = 'x'")
    assert [forked.run(script)[1] for _ in range(2)] == ["False\n", "False\n"]


def test_what_is_imported_sees_the_jobs_own_environment(counting, forked):
    script = forked.script("import os, slow_module\nprint(os.environ['THREADS'], os.getppid())")
    told = []
    for threads in ("1", "4", "1", "4"):
        forked.environment["THREADS"] = threads
        told.append(forked.run(script)[1].split())
    assert [threads for threads, _ in told] == ["1", "4", "1", "4"]
    assert told[0] == told[2] != told[1] == told[3]
    assert counting.read_text(encoding="utf-8") == 2 * "again\n"


def test_no_more_processes_are_kept_than_a_machine_bears(forked):
    script = forked.script("import os\nprint(os.getpid())")
    alone = 0
    for number in range(MOST + 2):
        forked.environment["NUMBER"] = str(number)
        code, output, _, client = forked.run(script)
        assert code == 0
        alone += int(output) == client
    assert alone == 2


def test_jobs_run_side_by_side(forked, tmp_path, until):
    script = forked.script(
        "import sys, time\nfrom pathlib import Path\nown, other = map(Path, sys.argv[1:])\nown.touch()\n"
        "while not other.exists(): time.sleep(0.01)"
    )
    files = [str(tmp_path / name) for name in ("one", "two")]
    jobs = [forked.begin(script, *files), forked.begin(script, *reversed(files))]
    assert [job.wait(timeout=30) for job in jobs] == [0, 0]


def test_what_is_no_request_is_left_alone(forked):
    for packet in (b"", b"nonsense", b"9\0script.py"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as stranger:
            stranger.connect(bound(os.environ[ADDRESS]))
            stranger.send(packet)
    assert forked.run(forked.script("print('served')"))[:2] == (0, "served\n")


@pytest.mark.parametrize("clients", [1, MOST_SILENT + 3])
def test_silent_clients_hold_up_no_other(forked, clients):
    script = forked.script("print('served')")
    forked.run(script)
    with contextlib.ExitStack() as stack:
        for _ in range(clients):
            silent = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
            silent.connect(bound(os.environ[ADDRESS]))
        began = time.monotonic()
        assert forked.run(script)[:2] == (0, "served\n")
        assert time.monotonic() - began < 2


def test_a_script_that_imports_for_long_holds_up_no_other(modules, forked, until):
    begun, go_on = modules / "begun", modules / "go_on"
    (modules / "slow_imports.py").write_text(
        f"import time\nfrom pathlib import Path\nPath({str(begun)!r}).touch()\n"
        f"while not Path({str(go_on)!r}).exists(): time.sleep(0.01)",
        encoding="utf-8",
    )
    quick = forked.script("print('quick')")
    slow = forked.script("import slow_imports\nprint('slow')", "slow.py")
    waiting = [forked.begin(slow, "a" * 20_000) for _ in range(40)]
    until(begun.exists)
    time.sleep(1)
    began = time.monotonic()
    assert forked.run(quick)[:2] == (0, "quick\n")
    assert time.monotonic() - began < 5
    go_on.touch()
    assert [job.communicate(timeout=60)[0] for job in waiting] == 40 * ["slow\n"]


AS_NOBODY = """
import os, socket, sys
from pathlib import Path
os.setgid(65534)
os.setuid(65534)
here = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_another_user_does_not_reach_the_server(server, forked, tmp_path):
    script = forked.script("open('done', 'w').close()")
    request = packed([str(script)], str(tmp_path), {})
    asking = (
        f"{AS_NOBODY}here.connect({bound(os.environ[ADDRESS])!r})\n"
        f"try: socket.send_fds(here, [{request!r}], [0, 1, 2]); print(here.recv(8))\n"
        "except OSError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", asking], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout in ("b''\n", "[Errno 32] Broken pipe\n", "[Errno 104] Connection reset by peer\n")
    assert not (tmp_path / "done").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_a_client_asks_no_server_of_another_user(forked):
    address = "@quantshift-of-another-user"
    posing = (
        f"{AS_NOBODY}here.bind({bound(address)!r})\nhere.listen()\nprint('here', flush=True)\n"
        "print(here.accept()[0].recv(9))"
    )
    with subprocess.Popen([sys.executable, "-c", posing], stdout=subprocess.PIPE, text=True) as stranger:
        assert stranger.stdout.readline() == "here\n"
        forked.environment[ADDRESS] = address
        code, output, _, client = forked.run(forked.script("import os\nprint(os.getpid())"))
        assert (code, int(output)) == (0, client)
        assert stranger.stdout.readline() == "b''\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_and_its_processes_end_with_their_starter(temporary, forked, tmp_path, until, number):
    starter = subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    server, address = starter.stdout.readline().split()
    forked.environment[ADDRESS] = address
    _, output, _, _ = forked.run(forked.script("import os\nprint(os.getppid())"))
    parent = int(output)
    assert alive(server)
    assert alive(parent)
    starter.send_signal(number)
    starter.communicate(timeout=30)
    until(lambda: not alive(server) and not alive(parent))
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_is_ended_leaves_nothing(temporary, server, forked, until, number):
    _, output, _, _ = forked.run(forked.script("import os\nprint(os.getppid())"))
    server.send_signal(number)
    server.wait(timeout=30)
    until(lambda: not alive(int(output)))
    assert not list(temporary.iterdir())


def test_a_job_goes_on_when_the_server_is_killed(server, forked, tmp_path, until):
    begun, go_on = tmp_path / "begun", tmp_path / "go_on"
    process = forked.begin(
        forked.script(
            "import sys, time\nfrom pathlib import Path\nPath(sys.argv[1]).touch()\n"
            "while not Path(sys.argv[2]).exists(): time.sleep(0.01)\nsys.exit(3)"
        ),
        str(begun),
        str(go_on),
    )
    until(begun.exists)
    server.terminate()
    server.wait(timeout=30)
    go_on.touch()
    assert process.wait(timeout=30) == 3


def test_a_job_ends_with_the_process_that_it_was_forked_from(forked, tmp_path, until):
    numbers = tmp_path / "numbers"
    process = forked.begin(
        forked.script(
            "import os, signal, sys, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
            "open(sys.argv[1], 'w').write(f'{os.getpid()} {os.getppid()}\\n')\ntime.sleep(60)"
        ),
        str(numbers),
    )
    until(lambda: numbers.exists() and numbers.read_text(encoding="utf-8").endswith("\n"))
    job, parent = map(int, numbers.read_text(encoding="utf-8").split())
    os.kill(parent, signal.SIGKILL)
    assert process.wait(timeout=30) == -signal.SIGKILL
    until(lambda: not alive(job))


def test_imports_with_threads_are_not_forked(modules, forked):
    forked.script(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()", "thready.py"
    )
    script = forked.script("import os, thready\nprint(os.getpid())")
    for _ in range(2):
        code, output, _, client = forked.run(script)
        assert (code, int(output)) == (0, client)
    said = (modules / "server.log").read_text(encoding="utf-8")
    assert said == f"{script}: its imports have 2 threads, so that its jobs start by themselves\n"


def test_a_process_without_jobs_is_let_go(monkeypatch):
    ours, its = socket.socketpair()
    ready = Ready(ours, 1000.0)
    with its:
        monkeypatch.setattr(fork_server.time, "monotonic", lambda: 1000.0 + fork_server.IDLE_SECONDS)
        assert not ready.idle
        monkeypatch.setattr(fork_server.time, "monotonic", lambda: 1000.1 + fork_server.IDLE_SECONDS)
        assert ready.idle
        fork_server.close(ready)
        assert its.recv(1) == b""


@pytest.mark.parametrize("written", ["off", "OFF", "0", "no", "False"])
def test_there_is_no_server_where_it_is_switched_off(monkeypatch, written):
    monkeypatch.setenv(ADDRESS, written)
    assert start(Path("nowhere/server.log")) is None
    assert os.environ[ADDRESS] == OFF


def test_a_server_of_another_process_is_forgotten(monkeypatch, tmp_path):
    monkeypatch.setenv(ADDRESS, str(tmp_path / "jobs"))
    forget()
    assert ADDRESS not in os.environ


def test_there_is_no_server_where_there_are_no_such_sockets(monkeypatch, tmp_path):
    monkeypatch.setenv(ADDRESS, "")
    monkeypatch.setattr("socket.AF_UNIX", -1)
    assert start(tmp_path / "server.log") is None
    assert ADDRESS not in os.environ


def test_the_scripts_that_import_later_are_forked():
    assert {"evaluate", "train"} <= set(FORKED)
    assert set(IMPORTED_LATER) <= set(FORKED)


@pytest.mark.parametrize("name", FORKED)
def test_a_process_that_is_forked_has_one_thread(name):
    script = ROOT / f"workflow/scripts/{name}.py"
    done = subprocess.run(
        [sys.executable, "-P", "-c", COUNT, str(script)],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "1\n"
