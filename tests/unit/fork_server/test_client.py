"""A client's job is as if its script had been started by itself."""

import os
import signal
import socket
from pathlib import Path

import pytest

from quantshift.fork_server.client import ADDRESS, packed

TELLING = """
import os, sys
print(sys.argv[1:], os.getcwd(), os.environ["TOLD"], __name__, sys.stdin.read())
print("aside", file=sys.stderr)
"""
WAITING = """
import sys, time
from quantshift.jobs import job
with job(sys.argv[1]):
    print("begun", flush=True)
    time.sleep(60)
"""


def test_a_job_has_the_clients_arguments_environment_folder_and_streams(either, tmp_path, monkeypatch):
    monkeypatch.setenv("TOLD", "line one\nline two=ä")
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    code, output, errors, _ = either.run(either.script(TELLING), "", "ü b", "--c", given="read", cwd=elsewhere)
    assert code == 0
    assert output == f"['', 'ü b', '--c'] {elsewhere} line one\nline two=ä __main__ read\n"
    assert errors == "aside\n"


@pytest.mark.parametrize(
    ("end", "code", "told"),
    [
        ("", 0, ""),
        ("sys.exit()", 0, ""),
        ("sys.exit(3)", 3, ""),
        ("sys.exit(256 + 7)", 7, ""),
        ("sys.exit('why')", 1, "why\n"),
        ("raise ValueError('what')", 1, "ValueError: what\n"),
    ],
)
def test_a_client_ends_as_its_job(either, end, code, told):
    found, output, errors, _ = either.run(either.script(f"import sys\nprint('done')\n{end}"))
    assert (found, output) == (code, "done\n")
    assert errors.endswith(told)
    assert bool(errors) == bool(told)


def test_a_script_that_cannot_be_imported_says_why(either):
    script = either.script("import nothing_of_that_name")
    for _ in range(2):
        code, _, errors, _ = either.run(script)
        assert code == 1
        assert "No module named 'nothing_of_that_name'" in errors
    either.script("print('mended')")
    assert either.run(script)[:2] == (0, "mended\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_job_ends_with_its_client(forked, tmp_path, until, number):
    log = tmp_path / "job.log"
    process = forked.begin(forked.script(WAITING), str(log))
    until(lambda: log.exists() and "begun" in log.read_text(encoding="utf-8"))
    process.send_signal(number)
    code = process.wait(timeout=30)
    assert code == (130 if number == signal.SIGINT else -number)
    if number == signal.SIGINT:  # Ctrl-C is waited for: nothing is written any more when the client has ended
        assert "interrupted after" in log.read_text(encoding="utf-8")
    until(lambda: "interrupted after" in log.read_text(encoding="utf-8"))


def test_a_job_that_is_interrupted_while_its_imports_are_done_is_not_run(modules, forked, until):
    begun = modules / "begun"
    forked.script(f"import time\nopen({str(begun)!r}, 'w').close()\ntime.sleep(1)", "slow_imports.py")
    process = forked.begin(forked.script("import slow_imports\nprint('run')"))
    until(begun.exists)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, output, errors) == (130, "", "")


def test_a_job_ends_whose_client_was_killed_before_it_read_that_it_has_started(server, forked, tmp_path, until):
    log = tmp_path / "job.log"
    forked.script(WAITING)
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
        client.connect(os.environ[ADDRESS])
        request = packed([str(tmp_path / "script.py"), str(log)], str(tmp_path), dict(os.environb))
        with Path(os.devnull).open("r+b") as nothing:
            socket.send_fds(client, [request], 3 * [nothing.fileno()])
        until(lambda: log.exists() and "begun" in log.read_text(encoding="utf-8"))
    until(lambda: "interrupted after" in log.read_text(encoding="utf-8"))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
def test_a_job_that_is_killed_is_told(forked, number):
    script = forked.script(f"import os\nos.kill(os.getpid(), {int(number)})")
    code, _, errors, _ = forked.run(script)
    assert code == 137
    assert errors == f"{script}: its process crashed or was killed, perhaps since memory ran out\n"


@pytest.mark.parametrize(("text", "code"), [("print('done')", 1), ("import sys\nsys.exit('why')", 1), ("pass", 0)])
def test_a_full_disk_is_no_crash(forked, text, code):
    script = forked.script(text)
    with Path("/dev/full").open("w") as full:
        process = forked.begin(script, stdout=full, stderr=full)
        assert process.wait(timeout=30) == code


def test_more_arguments_than_a_packet_takes_are_taken(either):
    long = ["a" * 100_000] * 5
    assert either.run(either.script("import sys\nprint(sum(map(len, sys.argv[1:])))"), *long)[:2] == (0, "500000\n")


def test_a_job_starts_by_itself_where_there_is_no_server(server, forked):
    script = forked.script("import os\nprint(os.getpid())")
    _, output, _, client = forked.run(script)
    assert int(output) != client
    server.stdin.close()
    server.wait(timeout=30)
    code, output, _, client = forked.run(script)
    assert (code, int(output)) == (0, client)
