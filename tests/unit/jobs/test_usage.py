"""What a job took is told by its log."""

from quantshift.jobs.usage import Taken


def test_a_log_tells_what_was_written(tmp_path):
    log = tmp_path / "job.log"
    taken = Taken(20.07, 12.1, 388)
    log.write_text(f"epoch 1/1\n{Taken(1, 1, 1)}\nresumed\n{taken}\n", encoding="utf-8")
    assert Taken.told(log) == taken


def test_an_older_log_tells_no_memory(tmp_path):
    (tmp_path / "job.log").write_text("done in 20.07 s, 12.10 s of CPU\n", encoding="utf-8")
    assert Taken.told(tmp_path / "job.log") == Taken(20.07, 12.1, 0)


def test_a_job_that_is_not_done_tells_nothing(tmp_path):
    assert Taken.told(tmp_path / "job.log") is None
    (tmp_path / "job.log").write_bytes(b"epoch 1/1\n\xffdone in 2 s")
    assert Taken.told(tmp_path / "job.log") is None
