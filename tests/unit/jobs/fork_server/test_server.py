"""The fork server imports once, forks jobs where that is safe, and leaves nothing behind."""

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
from quantshift.jobs.fork_server.client import ADDRESS, OFF, packed, socket_name
from quantshift.jobs.fork_server.server import LATE_IMPORTS, MAX_PENDING, MAX_TEMPLATES, Template
from quantshift.jobs.fork_server.start import forget, start

ROOT = Path(__file__).parents[4]
RULES = "".join(file.read_text(encoding="utf-8") for file in sorted((ROOT / "workflow/rules").glob("*.smk")))
FORKED = sorted(re.findall(r"\{START\}/(\w+)\.py", RULES))
COUNT = """
import sys
from quantshift.jobs.fork_server.server import run_imports, threads
run_imports(sys.argv[1])
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
    """A separate temporary folder for this process and those that it starts."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    return folder


def alive(process):
    """Return whether a process is running, and not a zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def counting(modules):
    """A file to which `slow_module` writes a line each time it is imported."""
    lines = modules / "imports"
    (modules / "slow_module.py").write_text(f"open({str(lines)!r}, 'a').write('again\\n')", encoding="utf-8")
    return lines


def test_a_scripts_imports_run_once(counting, forked):
    script = forked.script("import os, slow_module\nprint(os.getpid(), os.getppid())")
    outputs = [forked.run(script)[1].split() for _ in range(3)]
    assert len({job for job, _ in outputs}) == 3
    assert len({parent for _, parent in outputs}) == 1
    assert counting.read_text(encoding="utf-8") == "again\n"


def test_jobs_share_no_state(forked):
    script = forked.script("import os, string\nprint(hasattr(string, 'left'))\nstring.left = os.environ['LEFT'] = 'x'")
    assert [forked.run(script)[1] for _ in range(2)] == ["False\n", "False\n"]


def test_imports_see_the_environment_of_the_job(counting, forked):
    script = forked.script("import os, slow_module\nprint(os.environ['THREADS'], os.getppid())")
    outputs = []
    for threads in ("1", "4", "1", "4"):
        forked.environment["THREADS"] = threads
        outputs.append(forked.run(script)[1].split())
    assert [threads for threads, _ in outputs] == ["1", "4", "1", "4"]
    assert outputs[0] == outputs[2] != outputs[1] == outputs[3]
    assert counting.read_text(encoding="utf-8") == 2 * "again\n"


def test_the_number_of_template_processes_is_limited(forked):
    script = forked.script("import os\nprint(os.getpid())")
    not_forked = 0
    for number in range(MAX_TEMPLATES + 2):
        forked.environment["NUMBER"] = str(number)
        code, output, _, client = forked.run(script)
        assert code == 0
        not_forked += int(output) == client
    assert not_forked == 2


def test_jobs_run_side_by_side(forked, tmp_path, until):
    script = forked.script(
        "import sys, time\nfrom pathlib import Path\nown, other = map(Path, sys.argv[1:])\nown.touch()\n"
        "while not other.exists(): time.sleep(0.01)"
    )
    files = [str(tmp_path / name) for name in ("one", "two")]
    jobs = [forked.begin(script, *files), forked.begin(script, *reversed(files))]
    assert [job.wait(timeout=30) for job in jobs] == [0, 0]


def test_packets_that_are_not_requests_are_ignored(forked):
    for packet in (b"", b"nonsense", b"9\0script.py"):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as stranger:
            stranger.connect(socket_name(os.environ[ADDRESS]))
            stranger.send(packet)
    assert forked.run(forked.script("print('served')"))[:2] == (0, "served\n")


@pytest.mark.parametrize("clients", [1, MAX_PENDING + 3])
def test_silent_clients_block_no_other_client(forked, clients):
    script = forked.script("print('served')")
    forked.run(script)
    with contextlib.ExitStack() as stack:
        for _ in range(clients):
            silent = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
            silent.connect(socket_name(os.environ[ADDRESS]))
        began = time.monotonic()
        assert forked.run(script)[:2] == (0, "served\n")
        assert time.monotonic() - began < 2


def test_slow_imports_of_a_script_block_no_other_script(modules, forked, until):
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
def test_another_user_cannot_use_the_server(server, forked, tmp_path):
    script = forked.script("open('done', 'w').close()")
    request = packed([str(script)], str(tmp_path), {})
    asking = (
        f"{AS_NOBODY}here.connect({socket_name(os.environ[ADDRESS])!r})\n"
        f"try: socket.send_fds(here, [{request!r}], [0, 1, 2]); print(here.recv(8))\n"
        "except OSError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", asking], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout in ("b''\n", "[Errno 32] Broken pipe\n", "[Errno 104] Connection reset by peer\n")
    assert not (tmp_path / "done").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_a_client_uses_no_server_of_another_user(forked):
    address = "@quantshift-of-another-user"
    posing = (
        f"{AS_NOBODY}here.bind({socket_name(address)!r})\nhere.listen()\nprint('here', flush=True)\n"
        "print(here.accept()[0].recv(9))"
    )
    with subprocess.Popen([sys.executable, "-c", posing], stdout=subprocess.PIPE, text=True) as stranger:
        assert stranger.stdout.readline() == "here\n"
        forked.environment[ADDRESS] = address
        code, output, _, client = forked.run(forked.script("import os\nprint(os.getpid())"))
        assert (code, int(output)) == (0, client)
        assert stranger.stdout.readline() == "b''\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_and_its_processes_end_with_the_process_that_started_them(
    temporary, forked, tmp_path, until, number
):
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
def test_a_terminated_server_leaves_nothing_behind(temporary, server, forked, until, number):
    _, output, _, _ = forked.run(forked.script("import os\nprint(os.getppid())"))
    server.send_signal(number)
    server.wait(timeout=30)
    until(lambda: not alive(int(output)))
    assert not list(temporary.iterdir())


def test_a_job_continues_when_the_server_is_terminated(server, forked, tmp_path, until):
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


def test_a_job_ends_with_its_template_process(forked, tmp_path, until):
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


def test_jobs_whose_imports_start_threads_are_not_forked(modules, forked):
    forked.script(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()", "thready.py"
    )
    script = forked.script("import os, thready\nprint(os.getpid())")
    for _ in range(2):
        code, output, _, client = forked.run(script)
        assert (code, int(output)) == (0, client)
    log = (modules / "server.log").read_text(encoding="utf-8")
    assert log == f"{script}: its imports start 2 threads, so its jobs are not forked\n"


def test_an_idle_template_process_ends(monkeypatch):
    server_end, template_end = socket.socketpair()
    template = Template(server_end, 1000.0)
    with template_end:
        monkeypatch.setattr(fork_server.time, "monotonic", lambda: 1000.0 + fork_server.IDLE_SECONDS)
        assert not template.idle
        monkeypatch.setattr(fork_server.time, "monotonic", lambda: 1000.1 + fork_server.IDLE_SECONDS)
        assert template.idle
        fork_server.close(template)
        assert template_end.recv(1) == b""


@pytest.mark.parametrize("written", ["off", "OFF", "0", "no", "False"])
def test_no_server_starts_if_it_is_switched_off(monkeypatch, written):
    monkeypatch.setenv(ADDRESS, written)
    assert start(Path("nowhere/server.log")) is None
    assert os.environ[ADDRESS] == OFF


def test_a_server_of_another_process_is_forgotten(monkeypatch, tmp_path):
    monkeypatch.setenv(ADDRESS, str(tmp_path / "jobs"))
    forget()
    assert ADDRESS not in os.environ


def test_no_server_starts_without_unix_sockets(monkeypatch, tmp_path):
    monkeypatch.setenv(ADDRESS, "")
    monkeypatch.setattr("socket.AF_UNIX", -1)
    assert start(tmp_path / "server.log") is None
    assert ADDRESS not in os.environ


def test_the_scripts_with_late_imports_are_forked():
    assert {"evaluate", "train"} <= set(FORKED)
    assert set(LATE_IMPORTS) <= set(FORKED)


@pytest.mark.parametrize("name", FORKED)
def test_a_template_process_has_one_thread(name):
    script = ROOT / f"workflow/scripts/{name}.py"
    done = subprocess.run(
        [sys.executable, "-P", "-c", COUNT, str(script)],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "1\n"
