"""A job's output goes to its log; what the user must see also goes to the terminal."""

import contextlib
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from quantshift.jobs.usage import JobUsage

SCRIPT = """
import os, signal, sys, warnings
from quantshift.core.errors import DiskFullError, InputError, QuantshiftError
from quantshift.jobs.job import job

print("before the job", flush=True)
with job("results/logs/train/mnist/lenet5/0.log", own_files={own_files}) as terminal:
    {work}
"""


@dataclass(frozen=True)
class Ran:
    code: int
    terminal: str
    log: str
    usage: JobUsage | None


@pytest.fixture
def run(tmp_path, root):
    """Run a job in a separate process, and return its exit code, terminal output and log."""

    def start(work, own_files=False):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT.format(work=work, own_files=own_files)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(root / "src")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        file = tmp_path / "results/logs/train/mnist/lenet5/0.log"
        log = file.read_text(encoding="utf-8")
        return Ran(done.returncode, done.stdout.removeprefix("before the job\n"), log, JobUsage.from_log(file))

    return start


def test_the_log_reports_only_the_memory_of_the_job(run):
    # This process, which the job's process is forked from, uses more.
    block = bytearray(400 << 20)
    usage = run("block = bytearray(100 << 20)").usage
    assert usage
    assert 100 < usage.megabytes < 300
    assert len(block) == 400 << 20


@pytest.mark.parametrize(
    "work",
    [
        "print('a word')",
        "print('a word', file=sys.stderr)",
        "sys.stdout.write('a word')",
        "os.write(1, b'a word')",
        "os.write(2, b'a word')",
        "os.system('echo a word')",
        "os.system('echo a word >&2')",
        "warnings.warn('a word')",
    ],
)
def test_output_goes_only_to_the_log(run, work):
    ran = run(work)
    assert (ran.code, ran.terminal) == (0, "")
    assert "a word" in ran.log
    assert "before the job" not in ran.log


def test_output_keeps_its_order(run):
    ran = run("print('first', flush=True); os.system('echo second'); os.write(2, b'third\\n')")
    assert ran.log.splitlines()[:3] == ["first", "second", "third"]


def test_progress_appears_on_the_terminal_and_in_the_log(run):
    ran = run("terminal.report('epoch 1/2')")
    assert ran.terminal == "train/mnist/lenet5/0: epoch 1/2\n"
    assert ran.log.splitlines()[0] == "epoch 1/2"


def test_an_error_for_the_user_shows_only_its_message(run):
    ran = run("print('so far', flush=True); raise QuantshiftError('model.onnx is not whole: Größe 0')")
    assert ran.code == 1
    assert ran.terminal == "train/mnist/lenet5/0: error: model.onnx is not whole: Größe 0\n"
    assert ran.log == "so far\nerror: model.onnx is not whole: Größe 0\n"


@pytest.mark.parametrize(
    ("error", "own_files", "start"),
    [
        ("QuantshiftError", False, "error"),
        ("InputError", False, "input error"),
        ("QuantshiftError", True, "input error"),
        ("DiskFullError", True, "error"),
    ],
)
def test_a_mistake_in_the_users_files_is_marked(run, error, own_files, start):
    ran = run(f"raise {error}('it is wrong')", own_files)
    assert (ran.code, ran.log) == (1, f"{start}: it is wrong\n")
    assert ran.terminal == f"train/mnist/lenet5/0: {start}: it is wrong\n"


def test_another_error_has_its_traceback_in_the_log(run):
    ran = run("[][1]")
    assert ran.code == 1
    assert ran.terminal.splitlines() == [
        "train/mnist/lenet5/0: error: IndexError: list index out of range "
        "(see results/logs/train/mnist/lenet5/0.log for the traceback)"
    ]
    assert "Traceback (most recent call last)" in ran.log
    assert "IndexError: list index out of range" in ran.log


@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM"])
def test_an_interrupted_job_logs_that_without_a_traceback(run, how):
    # Programs that a shell starts in the background ignore SIGINT, and these tests may be among them.
    handle_sigint = "signal.signal(signal.SIGINT, signal.default_int_handler)"
    ran = run(f"{handle_sigint}; print('so far', flush=True); signal.raise_signal(signal.{how})")
    assert (ran.code, ran.terminal) == (130, "")
    assert ran.log == "so far\ninterrupted after 0 s: repeat the run to run the job again\n"


def test_a_job_that_a_cluster_ends_leaves_no_partial_output(run, tmp_path):
    work = "write_parts('results/a.npy', (2,), np.dtype('u1'), (signal.raise_signal(signal.SIGTERM) for _ in range(2)))"
    ran = run(f"import numpy as np; from quantshift.storage.arrays import write_parts; {work}")
    assert ran.code == 130
    assert [file.name for file in (tmp_path / "results").iterdir()] == ["logs"]


LOG = "results/logs/train/mnist/lenet5/0.log"


def start_job(folder, root):
    """Return the exit code and the output of a job that cannot write its log."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(work="print('a word')", own_files=False)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(root / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.removeprefix("before the job\n").removeprefix("train/mnist/lenet5/0: error: ")


def test_a_folder_in_place_of_a_log_is_named(tmp_path, root):
    (tmp_path / LOG).mkdir(parents=True)
    assert start_job(tmp_path, root) == (
        1,
        f"{LOG} cannot be written (Is a directory): expected a file, not a folder; move or remove this folder, then "
        "repeat the run\n",
    )


@pytest.mark.parametrize("file", ["results/logs/train", "results/logs/.leases"])
def test_a_file_in_place_of_a_folder_of_logs_is_named(tmp_path, root, file):
    (tmp_path / "results/logs").mkdir(parents=True)
    (tmp_path / file).touch()
    code, output = start_job(tmp_path, root)
    assert code == 1
    assert output.startswith("results/logs/")
    assert output.endswith("expected a folder, not a file; move or remove this file, then repeat the run\n")
    assert len(output.splitlines()) == 1


def test_a_disk_that_is_full_before_a_job_begins_is_named(small_disk, root):
    with contextlib.suppress(OSError), (small_disk / "much").open("wb", buffering=0) as file:
        while file.write(bytes(1024)):
            pass
    code, output = start_job(small_disk, root)
    assert code == 1
    assert output.startswith("results/logs/")
    assert output.endswith(
        " cannot be written (No space left on device): free some space (or choose another disk for results/), then "
        "repeat the run\n"
    )


def test_a_log_of_an_earlier_run_is_replaced(run):
    assert "first" in run("print('first')").log
    again = run("print('second')").log
    assert "second" in again
    assert "first" not in again
