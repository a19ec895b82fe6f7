"""What an earlier run's records say: how long its jobs took, in what memory, and how much they stored."""

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from quantshift.core.errors import QuantshiftError
from quantshift.jobs.usage import JobUsage
from quantshift.planning.job import Job
from quantshift.planning.work import Work

MEBIBYTE = 1 << 20  # what Snakemake counts memory in
# It waits for the network.
WAITS = "fetch"


@dataclass(frozen=True)
class Record:
    """What was seen of a job.

    Attributes:
        rule: its rule.
        work: its work.
        start: seconds from its beginning until its script was loaded, or None where its log does not tell.
        seconds: core seconds that it took from then on (altogether where `start` is None).
        memory: the most bytes that it had in memory.
        stored: bytes of its outputs, or None where they are not there any more.
    """

    rule: str
    work: Work
    start: float | None
    seconds: float
    memory: int
    stored: int | None


def read(folder: Path, jobs: Sequence[Job], work: Callable[[Job], Work], *, cpu_time: bool = False) -> list[Record]:
    """Return the records of those of a run's jobs that have one.

    Args:
        folder: the folder that the workflow was run in.
        jobs: the run's jobs.
        work: what each job's work is.
        cpu_time: whether they count by the CPU time that they used, where their logs tell it.

    Raises:
        QuantshiftError: a record is damaged.
    """
    found = [(job, folder / job.benchmark) for job in jobs if job.benchmark]
    return [record(folder, job, work(job), cpu_time=cpu_time) for job, file in found if file.is_file()]


def record(folder: Path, job: Job, work: Work, *, cpu_time: bool = False) -> Record:
    """Return a job's record.

    Raises:
        QuantshiftError: it is damaged.
    """
    seconds, used, memory = benchmark(folder / job.benchmark)
    usage = JobUsage.from_log(folder / job.log) if job.log else None
    if usage:
        used, memory = max(used, usage.cpu_seconds), max(memory, usage.megabytes * MEBIBYTE)
    # Of several threads on fewer cores, the time that passed says too much.
    whole = seconds if job.threads == 1 else min(max(seconds, used), seconds * job.threads)
    start = None
    if usage:
        start = max(0.0, seconds - usage.seconds)
        whole -= start
        if cpu_time and job.rule != WAITS:
            # The start of a process waits for a busy machine as long, in proportion, as its work does.
            start *= min(1.0, usage.cpu_seconds / usage.seconds) if usage.seconds else 1.0
            whole = usage.cpu_seconds
    return Record(job.rule, work, start, max(0.0, whole), memory, stored(folder, job.outputs))


def benchmark(file: Path) -> tuple[float, float, int]:
    """Return the seconds that passed, the CPU seconds and the most bytes in memory from a job's benchmark file.

    Raises:
        QuantshiftError: it is damaged.
    """
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.DictReader(opened, delimiter="\t"))
        passed = [float(row["s"]) for row in rows]
        # A job that is over before it is looked at has no more than its time.
        used = max(_number(row["cpu_time"]) for row in rows)
        memory = max(_number(row["max_rss"]) for row in rows)
        return sum(passed) / len(passed), used, round(memory * MEBIBYTE)
    except (AttributeError, KeyError, TypeError, ValueError, ZeroDivisionError, csv.Error) as error:
        raise QuantshiftError(
            f"{file} is not a record of a job's time, expected Snakemake's table with the columns s, max_rss and "
            f"cpu_time ({type(error).__name__}: {error}): delete it"
        ) from error


def stored(folder: Path, outputs: Sequence[str]) -> int | None:
    """Return the bytes of outputs, those of links not counted, or None when one is missing."""
    total = 0
    for name in outputs:
        path = folder / name
        if not path.exists():
            return None
        files = path.rglob("*") if path.is_dir() else (path,)
        total += sum(file.lstat().st_size for file in files if file.is_file() and not file.is_symlink())
    return total


def _number(told: str) -> float:
    """Return a figure of a record; what was not measured is NA or a dash."""
    number = float(told) if told not in ("NA", "-", "") else 0.0
    if not math.isfinite(number):
        raise ValueError(f"{told} is not a finite number")
    return number
