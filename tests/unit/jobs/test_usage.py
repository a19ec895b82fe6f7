"""A job's time and memory are read from its log."""

from quantshift.jobs.usage import JobUsage


def test_the_last_line_of_a_log_is_read(tmp_path):
    log = tmp_path / "job.log"
    usage = JobUsage(20.07, 12.1, 388)
    log.write_text(f"epoch 1/1\n{JobUsage(1, 1, 1)}\nresumed\n{usage}\n", encoding="utf-8")
    assert JobUsage.from_log(log) == usage


def test_an_older_log_without_memory_reads_as_zero(tmp_path):
    (tmp_path / "job.log").write_text("done in 20.07 s, 12.10 s of CPU\n", encoding="utf-8")
    assert JobUsage.from_log(tmp_path / "job.log") == JobUsage(20.07, 12.1, 0)


def test_the_log_of_an_unfinished_job_reports_no_usage(tmp_path):
    assert JobUsage.from_log(tmp_path / "job.log") is None
    (tmp_path / "job.log").write_bytes(b"epoch 1/1\n\xffdone in 2 s")
    assert JobUsage.from_log(tmp_path / "job.log") is None
