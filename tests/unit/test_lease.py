"""The job that was started last has the right to publish."""

import threading
import time

import pytest

from quantshift import lease, publication
from quantshift.errors import QuantshiftError
from quantshift.files import atomic, write_bytes
from quantshift.lease import Lease


def held(one):
    """Return whether a lease gives the right to publish."""
    with one.held() as right:
        return right


@pytest.fixture
def log(tmp_path):
    return tmp_path / "job.log"


def test_a_newer_job_takes_the_right(log):
    first = Lease(log)
    assert held(first)
    second = Lease(log)
    assert (held(first), held(second)) == (False, True)
    assert [file.name for file in log.parent.iterdir()] == ["job.log"]


def test_a_log_that_was_removed_takes_no_right(log):
    first = Lease(log)
    log.unlink()
    assert held(first)
    second = Lease(log)
    assert (held(first), held(second)) == (False, True)


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
    assert sorted(file.name for file in tmp_path.iterdir()) == ["job.log", "result"]


def test_no_job_begins_while_an_earlier_one_puts_a_file_in_place(log):
    first = Lease(log)
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
    assert [file.name for file in log.parent.iterdir()] == ["job.log"]


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
