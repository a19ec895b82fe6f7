"""The job that was started last may publish."""

import shutil
import threading
import time
from pathlib import Path

import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.storage import lease, publication
from quantshift.storage.files import atomic, write_bytes
from quantshift.storage.lease import FOLDER, Lease


def held(job_lease):
    """Return whether a lease permits publishing."""
    with job_lease.held() as permitted:
        return permitted


def names(folder):
    return sorted(file.name for file in folder.iterdir())


@pytest.fixture
def log(tmp_path):
    file = tmp_path / "logs/job.log"
    file.parent.mkdir()
    return file


def test_a_newer_job_takes_over_the_lease(log):
    first = Lease(log)
    assert held(first)
    second = Lease(log)
    assert (held(first), held(second)) == (False, True)
    assert names(log.parent) == [FOLDER, "job.log"]
    assert len(names(log.parent / FOLDER)) == 1


def test_a_log_deleted_by_snakemake_does_not_affect_the_lease(log):
    first = Lease(log)
    log.unlink()
    assert held(first)
    second = Lease(log)
    log.unlink()
    assert (held(first), held(second)) == (False, True)


def test_leases_deleted_by_a_user_do_not_stop_a_job(log):
    first = Lease(log)
    shutil.rmtree(log.parent)
    assert held(first)
    second = Lease(log)
    assert (held(first), held(second)) == (False, True)


def test_the_leases_of_a_run_are_in_one_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    logs = [Path("results/logs/train/0.log"), Path("results/logs/train/1.log"), Path("results/logs/fetch/0.log")]
    for log in logs:
        log.parent.mkdir(parents=True, exist_ok=True)
    leases = [Lease(log) for log in logs]
    assert all(map(held, leases))
    assert len(names(tmp_path / "results/logs" / FOLDER)) == 3
    newer = Lease(tmp_path / logs[0])
    assert [held(job_lease) for job_lease in (*leases, newer)] == [False, True, True, True]


def test_an_orphan_does_not_overwrite_the_output_of_a_newer_job(log, tmp_path):
    path = tmp_path / "result"
    with publication.under(Lease(log)), atomic(path) as temporary:
        temporary.write_bytes(b"first")
    with publication.under(Lease(log)):
        Lease(log)
        path.write_bytes(b"newer")
        with pytest.raises(QuantshiftError, match=r"result is not written: a newer job writes it"):
            write_bytes(path, b"orphan's")
    assert path.read_bytes() == b"newer"
    assert names(tmp_path) == ["logs", "result"]


def leave_temporary_files(target):
    """Leave temporary files and a folder of a target, as killed jobs do, and return other files with similar names."""
    for name in (f".0123abcd.{target.name}", f".deadbeef.{target.name}"):
        target.with_name(name).write_bytes(b"half")
    (target.with_name(f".01234567.{target.name}") / "deep").mkdir(parents=True)
    others = [f".0123abcd.other-{target.name}", f".notahexa.{target.name}", f".0123abcd.{target.name}.csv"]
    for name in others:
        target.with_name(name).touch()
    return others


def test_a_job_removes_temporary_files_of_a_killed_job_with_the_same_target(log, tmp_path):
    target = tmp_path / "results/[a]*.npz"
    target.parent.mkdir()
    others = leave_temporary_files(target)
    with publication.under(Lease(log)), atomic(target) as temporary:
        assert names(target.parent) == sorted(others)
        temporary.write_bytes(b"whole")
    assert names(target.parent) == sorted([*others, target.name])


def test_a_process_without_an_exclusive_lease_removes_nothing(log, tmp_path):
    target = tmp_path / "results/table.csv"
    target.parent.mkdir()
    leave_temporary_files(target)
    before = names(target.parent)
    write_bytes(target, b"of no job")
    with publication.under(Lease(log)):
        Lease(log)
        with pytest.raises(QuantshiftError, match="a newer job writes it"):
            write_bytes(target, b"orphan's")
    assert names(target.parent) == sorted([*before, target.name])


@pytest.mark.parametrize("deleted", [False, True])
def test_no_job_begins_while_an_earlier_job_puts_a_file_in_place(log, deleted):
    first = Lease(log)
    if deleted:
        log.unlink()
    begun, seconds = threading.Event(), []

    def begin():
        begun.set()
        started = time.monotonic()
        Lease(log)
        seconds.append(time.monotonic() - started)

    newer = threading.Thread(target=begin)
    with first.held() as permitted:
        assert permitted
        newer.start()
        begun.wait()
        time.sleep(0.3)
    newer.join()
    assert seconds[0] > 0.2
    assert not held(first)


def test_a_process_that_does_not_finish_is_named(log, monkeypatch):
    monkeypatch.setattr(lease, "PATIENCE", 0.1)
    first = Lease(log)
    with first.held(), pytest.raises(QuantshiftError, match=r"the log .*job\.log .* end that process"):
        Lease(log)
    assert held(first)
    assert names(log.parent) == [FOLDER, "job.log"]


def test_of_many_jobs_that_begin_at_once_one_may_publish(log):
    leases = []
    threads = [threading.Thread(target=lambda: leases.append(Lease(log))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(held, leases)) == 19 * [False] + [True]


def test_a_log_that_is_a_link_is_not_replaced(tmp_path):
    target = tmp_path / "elsewhere"
    target.write_text("old", encoding="utf-8")
    link = tmp_path / "log"
    link.symlink_to(target)
    assert held(Lease(link))
    assert link.is_symlink()
    assert target.read_bytes() == b""
    assert names(tmp_path) == ["elsewhere", "log"]
