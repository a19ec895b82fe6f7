"""A client's job behaves as if its script had been started without the server."""

import os
import signal
import socket
import time
from pathlib import Path

import pytest

from quantshift.core import owner
from quantshift.jobs.fork_server.client import ADDRESS, packed, socket_name

REPORTING = """
import os, sys
print(sys.argv[1:], os.getcwd(), os.environ["SETTING"], __name__, sys.stdin.read())
print("a warning", file=sys.stderr)
"""
WAITING = """
import sys, time
from quantshift.jobs.job import job
with job(sys.argv[1]):
    print("begun", flush=True)
    time.sleep(60)
"""


def test_a_job_has_the_clients_arguments_environment_folder_and_streams(either, tmp_path, monkeypatch):
    monkeypatch.setenv("SETTING", "line one\nline two=ä")
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    code, output, errors, _ = either.run(either.script(REPORTING), "", "ü b", "--c", stdin_text="read", cwd=elsewhere)
    assert code == 0
    assert output == f"['', 'ü b', '--c'] {elsewhere} line one\nline two=ä __main__ read\n"
    assert errors == "a warning\n"


@pytest.mark.parametrize(
    ("end", "code", "message"),
    [
        ("", 0, ""),
        ("sys.exit()", 0, ""),
        ("sys.exit(3)", 3, ""),
        ("sys.exit(256 + 7)", 7, ""),
        ("sys.exit('why')", 1, "why\n"),
        ("raise ValueError('what')", 1, "ValueError: what\n"),
    ],
)
def test_a_client_exits_as_its_job_does(either, end, code, message):
    exit_code, output, errors, _ = either.run(either.script(f"import sys\nprint('done')\n{end}"))
    assert (exit_code, output) == (code, "done\n")
    assert errors.endswith(message)
    assert bool(errors) == bool(message)


def test_a_script_whose_imports_fail_shows_the_error(either):
    script = either.script("import nothing_of_that_name")
    for _ in range(2):
        code, _, errors, _ = either.run(script)
        assert code == 1
        assert "No module named 'nothing_of_that_name'" in errors
    either.script("print('fixed')")
    assert either.run(script)[:2] == (0, "fixed\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_job_ends_with_its_client(forked, tmp_path, until, number):
    log = tmp_path / "job.log"
    process = forked.begin(forked.script(WAITING), str(log))
    until(lambda: log.exists() and "begun" in log.read_text(encoding="utf-8"))
    process.send_signal(number)
    code = process.wait(timeout=30)
    assert code == (130 if number == signal.SIGINT else -number)
    if number == signal.SIGINT:  # after Ctrl-C the client waits for its job, which writes nothing afterwards
        assert "interrupted after" in log.read_text(encoding="utf-8")
    until(lambda: "interrupted after" in log.read_text(encoding="utf-8"))


def test_an_interrupted_job_ends_soon_after_its_client_is_killed(forked, tmp_path, until):
    numbers = tmp_path / "number"
    script = forked.script(
        "import os, signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: open(sys.argv[2], 'w').close())\n"
        "open(sys.argv[1], 'w').write(f'{os.getpid()}\\n')\nwhile True: time.sleep(60)"
    )
    process = forked.begin(script, str(numbers), str(tmp_path / "interrupted"))
    until(lambda: numbers.exists() and numbers.read_text(encoding="utf-8").endswith("\n"))
    job = int(numbers.read_text(encoding="utf-8"))
    process.send_signal(signal.SIGINT)
    until((tmp_path / "interrupted").exists)
    time.sleep(owner.GRACE + 1)
    assert owner.start_of(job) is not None  # its client still waits for it
    process.kill()
    began = time.monotonic()
    until(lambda: owner.start_of(job) is None)
    assert time.monotonic() - began < owner.GRACE + 2


def test_a_job_that_is_interrupted_during_its_imports_is_not_run(modules, forked, until):
    begun = modules / "begun"
    forked.script(f"import time\nopen({str(begun)!r}, 'w').close()\ntime.sleep(1)", "slow_imports.py")
    process = forked.begin(forked.script("import slow_imports\nprint('run')"))
    until(begun.exists)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, output, errors) == (130, "", "")


def test_a_job_ends_if_its_client_was_killed_before_reading_the_reply(server, forked, tmp_path, until):
    log = tmp_path / "job.log"
    forked.script(WAITING)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
        client.connect(socket_name(os.environ[ADDRESS]))
        request = packed([str(tmp_path / "script.py"), str(log)], str(tmp_path), dict(os.environb))
        with Path(os.devnull).open("r+b") as nothing:
            socket.send_fds(client, [request], 3 * [nothing.fileno()])
        until(lambda: log.exists() and "begun" in log.read_text(encoding="utf-8"))
    until(lambda: "interrupted after" in log.read_text(encoding="utf-8"))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_a_killed_job_is_reported(forked, number):
    script = forked.script(f"import os\nos.kill(os.getpid(), {int(number)})")
    code, _, errors, _ = forked.run(script)
    assert code == -number
    assert errors == f"{script}: the process crashed or was killed, perhaps because memory ran out\n"


ENDS = {
    "none": "sys.exit(None)",
    "true": "sys.exit(True)",
    "five": "sys.exit(5)",
    "minus one": "sys.exit(-1)",
    "256": "sys.exit(256)",
    "32 bits": "sys.exit(2**32 + 3)",
    "63 bits": "sys.exit(2**63 - 1)",
    "64 bits": "sys.exit(2**64 - 1)",
    "minus 64 bits": "sys.exit(-2**63 - 1)",
    "70 bits": "raise SystemExit(2**70)",
    "text": "sys.exit('why')",
    "no text": "sys.exit('')",
    "float": "sys.exit(2.0)",
    "tuple": "raise SystemExit(3, 4)",
    "list": "sys.exit([5])",
    "text that fails": "class Bad:\n  def __str__(self): raise ValueError\nsys.exit(Bad())",
    "subclass of int": "class Six(int): pass\nsys.exit(Six(6))",
    "exception": "raise ValueError('what')",
    "nested exception": "try:\n  raise ValueError('one')\nexcept ValueError:\n  raise KeyError('two')",
    "own hook": "sys.excepthook = lambda *_: print('hooked')\n1 / 0",
    "syntax": "exec('1 +')",
    "interrupted": "raise KeyboardInterrupt",
    "os._exit": "import os; os._exit(9)",
    "signal": "import os; os.kill(os.getpid(), 10)",
    "abort": "import os, resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); os.abort()",
    "exec": "import os; os.execv('/bin/sh', ['sh', '-c', 'exit 11'])",
    "child that exits": "import os, time\nif os.fork() == 0: sys.exit(5)\nos.wait(); sys.exit(4)",
    "child that fails": "import os\nif os.fork() == 0: raise SystemExit(2**70)\nos.wait()",
    "child that outlives": "import os, time\nif os.fork() == 0:\n  time.sleep(.3)\n  sys.exit(5)\nsys.exit(6)",
    "thread": "import threading as t\nt.Timer(.2, print, ['late']).start()\nsys.exit(7)",
    "pool": "from concurrent.futures import ThreadPoolExecutor as P\nP(1).submit(print, 'pooled')",
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_forked_job_exits_as_an_unforked_job_does(both, end):
    script = both[0].script(f"import sys\nprint('begun', flush=True)\n{end}\n")
    forked, plain = (clients.run(script) for clients in both)
    assert forked[:2] == plain[:2]
    notice = f"{script}: the process crashed or was killed, perhaps because memory ran out\n"
    assert forked[2].removesuffix(notice) == plain[2]
    assert forked[2].endswith(notice) == (plain[0] < 0)


@pytest.mark.parametrize("text", ["print('done')", "import sys\nsys.exit('why')", "pass", "import sys\nsys.exit(3)"])
def test_a_full_disk_is_not_reported_as_a_crash(both, text):
    codes = []
    for clients in both:
        with Path("/dev/full").open("w") as full:
            process = clients.begin(clients.script(text), stdout=full, stderr=full)
            codes.append(process.wait(timeout=30))
    assert codes[0] == codes[1] >= 0


def test_arguments_may_exceed_a_packet(either):
    long = ["a" * 100_000] * 5
    assert either.run(either.script("import sys\nprint(sum(map(len, sys.argv[1:])))"), *long)[:2] == (0, "500000\n")


def test_without_a_server_the_client_becomes_the_job(server, forked):
    script = forked.script("import os\nprint(os.getpid())")
    _, output, _, client = forked.run(script)
    assert int(output) != client
    server.stdin.close()
    server.wait(timeout=30)
    code, output, _, client = forked.run(script)
    assert (code, int(output)) == (0, client)
