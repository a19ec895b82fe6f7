"""The job that was started last has the right to publish."""

import shutil
import threading
import time
from pathlib import Path

import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.storage import lease, publication
from quantshift.storage.files import atomic, write_bytes
from quantshift.storage.lease import FOLDER, Lease


def held(one):
    """Return whether a lease gives the right to publish."""
    with one.held() as right:
        return right


def names(folder):
    return sorted(file.name for file in folder.iterdir())


@pytest.fixture
def log(tmp_path):
    file = tmp_path / "logs/job.log"
    file.parent.mkdir()
    return file


def test_a_newer_job_takes_the_right(log):
    first = Lease(log)
    assert held(first)
    second = Lease(log)
    assert (held(first), held(second)) == (False, True)
    assert names(log.parent) == [FOLDER, "job.log"]
    assert len(names(log.parent / FOLDER)) == 1


def test_a_log_that_snakemake_deletes_takes_no_right(log):
    first = Lease(log)
    log.unlink()
    assert held(first)
    second = Lease(log)
    log.unlink()
    assert (held(first), held(second)) == (False, True)


def test_leases_that_a_user_deletes_take_no_right(log):
    first = Lease(log)
    shutil.rmtree(log.parent)
    assert held(first)
    second = Lease(log)
    assert (held(first), held(second)) == (False, True)


def test_all_logs_of_a_run_have_their_leases_in_one_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    logs = [Path("results/logs/train/0.log"), Path("results/logs/train/1.log"), Path("results/logs/fetch/0.log")]
    for log in logs:
        log.parent.mkdir(parents=True, exist_ok=True)
    leases = [Lease(log) for log in logs]
    assert all(map(held, leases))
    assert len(names(tmp_path / "results/logs" / FOLDER)) == 3
    newer = Lease(tmp_path / logs[0])
    assert [held(one) for one in (*leases, newer)] == [False, True, True, True]


def test_an_orphan_does_not_overwrite_what_a_newer_job_makes(log, tmp_path):
    path = tmp_path / "result"
    with publication.under(Lease(log)), atomic(path) as temporary:
        temporary.write_bytes(b"first")
    with publication.under(Lease(log)):
        Lease(log)
        path.write_bytes(b"newer")
        with pytest.raises(QuantshiftError, match=r"result is not written: a newer job makes it"):
            write_bytes(path, b"orphan's")
    assert path.read_bytes() == b"newer"
    assert names(tmp_path) == ["logs", "result"]


def left(target):
    """Leave a temporary file or folder of a target, as a killed job does, and others that look alike."""
    for name in (f".0123abcd.{target.name}", f".deadbeef.{target.name}"):
        target.with_name(name).write_bytes(b"half")
    (target.with_name(f".01234567.{target.name}") / "deep").mkdir(parents=True)
    others = [f".0123abcd.other-{target.name}", f".notahexa.{target.name}", f".0123abcd.{target.name}.csv"]
    for name in others:
        target.with_name(name).touch()
    return others


def test_a_job_removes_what_a_killed_one_has_left_of_the_same_target(log, tmp_path):
    target = tmp_path / "results/[a]*.npz"
    target.parent.mkdir()
    others = left(target)
    with publication.under(Lease(log)), atomic(target) as temporary:
        assert names(target.parent) == sorted(others)
        temporary.write_bytes(b"whole")
    assert names(target.parent) == sorted([*others, target.name])


def test_a_process_that_is_not_alone_with_a_target_removes_nothing(log, tmp_path):
    target = tmp_path / "results/table.csv"
    target.parent.mkdir()
    left(target)
    before = names(target.parent)
    write_bytes(target, b"of no job")
    with publication.under(Lease(log)):
        Lease(log)
        with pytest.raises(QuantshiftError, match="a newer job makes it"):
            write_bytes(target, b"orphan's")
    assert names(target.parent) == sorted([*before, target.name])


@pytest.mark.parametrize("deleted", [False, True])
def test_no_job_begins_while_an_earlier_one_puts_a_file_in_place(log, deleted):
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
    with first.held() as right:
        assert right
        newer.start()
        begun.wait()
        time.sleep(0.3)
    newer.join()
    assert seconds[0] > 0.2
    assert not held(first)


def test_a_process_that_does_not_finish_is_named(log, monkeypatch):
    monkeypatch.setattr(lease, "PATIENCE", 0.1)
    first = Lease(log)
    with first.held(), pytest.raises(QuantshiftError, match=r"the job of .*job\.log .* end that process"):
        Lease(log)
    assert held(first)
    assert names(log.parent) == [FOLDER, "job.log"]


def test_many_jobs_that_begin_at_once_leave_one_with_the_right(log):
    leases = []
    threads = [threading.Thread(target=lambda: leases.append(Lease(log))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(held, leases)) == 19 * [False] + [True]


def test_a_log_that_is_no_file_of_its_own_is_not_replaced(tmp_path):
    target = tmp_path / "elsewhere"
    target.write_text("old", encoding="utf-8")
    link = tmp_path / "log"
    link.symlink_to(target)
    assert held(Lease(link))
    assert link.is_symlink()
    assert target.read_bytes() == b""
    assert names(tmp_path) == ["elsewhere", "log"]
