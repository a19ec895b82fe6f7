"""Records of an earlier run: the time, memory and disk space of its jobs."""

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from quantshift.core.errors import QuantshiftError
from quantshift.jobs.usage import JobUsage
from quantshift.planning.job import Job
from quantshift.planning.work_kind import Work

MEBIBYTE = 1 << 20  # Snakemake's unit of memory
# This rule waits for the network, so CPU time does not apply.
NETWORK_RULE = "fetch"


@dataclass(frozen=True)
class Record:
    """The measured cost of a job.

    Attributes:
        rule: its rule.
        work: its work.
        start: seconds until its script was loaded, or None if its log does not show them.
        seconds: core seconds after the start (in total if `start` is None).
        memory: peak memory in bytes.
        stored: bytes of its outputs, or None if they no longer exist.
    """

    rule: str
    work: Work
    start: float | None
    seconds: float
    memory: int
    stored: int | None


def read(folder: Path, jobs: Sequence[Job], work: Callable[[Job], Work], *, cpu_time: bool = False) -> list[Record]:
    """Return the records of a run's jobs; jobs without a record are skipped.

    Args:
        folder: the folder in which the workflow ran.
        jobs: the run's jobs.
        work: function that returns the work of a job.
        cpu_time: whether to count CPU time, for jobs whose logs report it.

    Raises:
        QuantshiftError: a record is damaged.
    """
    files = [(job, folder / job.benchmark) for job in jobs if job.benchmark]
    return [record(folder, job, work(job), cpu_time=cpu_time) for job, file in files if file.is_file()]


def record(folder: Path, job: Job, work: Work, *, cpu_time: bool = False) -> Record:
    """Return a job's record.

    Raises:
        QuantshiftError: the record is damaged.
    """
    seconds, used, memory = benchmark(folder / job.benchmark)
    usage = JobUsage.from_log(folder / job.log) if job.log else None
    if usage:
        used, memory = max(used, usage.cpu_seconds), max(memory, usage.megabytes * MEBIBYTE)
    # If several threads share fewer cores, wall-clock time overstates the work.
    work_seconds = seconds if job.threads == 1 else min(max(seconds, used), seconds * job.threads)
    start = None
    if usage:
        start = max(0.0, seconds - usage.seconds)
        work_seconds -= start
        if cpu_time and job.rule != NETWORK_RULE:
            # Assume that the start waited for other programs in the same proportion as the work.
            start *= min(1.0, usage.cpu_seconds / usage.seconds) if usage.seconds else 1.0
            work_seconds = usage.cpu_seconds
    return Record(job.rule, work, start, max(0.0, work_seconds), memory, stored(folder, job.outputs))


def benchmark(file: Path) -> tuple[float, float, int]:
    """Return wall-clock seconds, CPU seconds and peak memory in bytes from a job's benchmark file.

    Raises:
        QuantshiftError: the record is damaged.
    """
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.DictReader(opened, delimiter="\t"))
        wall = [float(row["s"]) for row in rows]
        # For a job that ends before Snakemake's first sample, only the time is known.
        used = max(_number(row["cpu_time"]) for row in rows)
        memory = max(_number(row["max_rss"]) for row in rows)
        return sum(wall) / len(wall), used, round(memory * MEBIBYTE)
    except (AttributeError, KeyError, TypeError, ValueError, ZeroDivisionError, csv.Error) as error:
        raise QuantshiftError(
            f"{file} is not a record of a job's time, expected Snakemake's table with the columns s, max_rss and "
            f"cpu_time ({type(error).__name__}: {error}): delete it"
        ) from error


def stored(folder: Path, outputs: Sequence[str]) -> int | None:
    """Return the bytes of outputs without links, or None if an output is missing."""
    total = 0
    for name in outputs:
        path = folder / name
        if not path.exists():
            return None
        files = path.rglob("*") if path.is_dir() else (path,)
        total += sum(file.lstat().st_size for file in files if file.is_file() and not file.is_symlink())
    return total


def _number(text: str) -> float:
    """Return a number in a record; missing values (NA or a dash) are 0."""
    number = float(text) if text not in ("NA", "-", "") else 0.0
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a finite number")
    return number
