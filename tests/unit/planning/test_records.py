"""Records of an earlier run."""

import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.planning.job import Job
from quantshift.planning.records import read, record, stored
from quantshift.planning.work_kind import Work

WORK = Work(("train", "mnist"), 12_000)
HEADER = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n"
# Two records written by Snakemake 9: a training next to other programs, and a job that ended before the first sample.
TRAINING = HEADER + "22.67\t0:00:22\t388.03\t735.82\t363.80\t370.68\t0.00\t0.01\t59.24\t13.80\n"
SHORT = HEADER + "0.0430\t0:00:00\tNA\tNA\tNA\tNA\tNA\tNA\tNA\tNA\n"
LOG = "epoch 1/1, loss 0.1, validation accuracy 0.98\ndone in 20.07 s, 12.10 s of CPU\n"


def job(rule="train", threads=1, benchmark="benchmark.tsv", log="job.log", outputs=("out",)):
    return Job(1, rule, {"dataset": "mnist"}, threads, 0, 0, outputs, log, benchmark, ())


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "benchmark.tsv").write_text(TRAINING, encoding="utf-8")
    (tmp_path / "job.log").write_text(LOG, encoding="utf-8")
    (tmp_path / "out").write_bytes(b"12345")
    return tmp_path


def test_the_log_separates_start_and_work(folder):
    result = record(folder, job(), WORK)
    assert result.start == pytest.approx(2.60)
    assert result.seconds == pytest.approx(20.07)
    assert result.memory == round(388.03 * 1024**2)
    assert result.stored == 5
    assert result.work == WORK


def test_cpu_time_excludes_waiting(folder):
    result = record(folder, job(), WORK, cpu_time=True)
    assert result.seconds == pytest.approx(12.10)
    assert result.start == pytest.approx(2.60 * 12.10 / 20.07)


def test_fetching_counts_wall_clock_time(folder):
    assert record(folder, job("fetch"), WORK, cpu_time=True).seconds == pytest.approx(20.07)


def test_without_a_log_all_time_counts_as_work(folder):
    (folder / "job.log").unlink()
    result = record(folder, job(), WORK)
    assert (result.start, result.seconds) == (None, 22.67)


@pytest.mark.parametrize(("used", "expected"), [("13.80", 22.67), ("40.00", 40.0), ("500.0", 4 * 22.67)])
def test_several_threads_count_the_cores_that_they_used(folder, used, expected):
    (folder / "job.log").unlink()
    (folder / "benchmark.tsv").write_text(TRAINING.replace("13.80", used), encoding="utf-8")
    assert record(folder, job(threads=4), WORK).seconds == pytest.approx(expected)


def test_a_job_that_ended_before_the_first_sample(folder):
    (folder / "benchmark.tsv").write_text(SHORT, encoding="utf-8")
    (folder / "job.log").write_text("done in 0.01 s, 0.01 s of CPU\n", encoding="utf-8")
    result = record(folder, job(), WORK)
    assert result.start == pytest.approx(0.033)
    assert result.memory == 0


def test_the_usage_of_a_forked_job_comes_from_its_log(folder):
    # Snakemake has measured the fork server's client.
    (folder / "benchmark.tsv").write_text(TRAINING.replace("388.03", "9.1").replace("13.80", "0.02"), encoding="utf-8")
    (folder / "job.log").write_text("done in 22.60 s, 40.00 s of CPU, 310 MB at most\n", encoding="utf-8")
    result = record(folder, job(threads=4), WORK)
    assert result.start == pytest.approx(0.07)
    assert result.seconds == pytest.approx(40.0 - 0.07)
    assert result.memory == 310 * 1024**2


def test_jobs_without_a_record_are_skipped(folder):
    jobs = [job(), job(benchmark=""), job(benchmark="nowhere.tsv")]
    assert len(read(folder, jobs, lambda _: WORK)) == 1


@pytest.mark.parametrize("content", ["", HEADER, "s\tmax_rss\n1.0\t2.0\n", TRAINING.replace("22.67", "long"), "\0"])
def test_a_damaged_record_is_named(folder, content):
    (folder / "benchmark.tsv").write_text(content, encoding="utf-8")
    with pytest.raises(QuantshiftError, match=r"benchmark\.tsv is not a record of a job's time.*delete it"):
        record(folder, job(), WORK)


def test_the_size_of_a_folder_includes_its_files_but_not_links(tmp_path):
    (tmp_path / "folder/inner").mkdir(parents=True)
    (tmp_path / "folder/inner/a").write_bytes(b"123")
    (tmp_path / "large").write_bytes(bytes(1000))
    (tmp_path / "folder/b").symlink_to(tmp_path / "large")
    assert stored(tmp_path, ["folder"]) == 3
    assert stored(tmp_path, ["folder", "gone"]) is None
