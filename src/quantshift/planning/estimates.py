"""Estimates for each job of a study: seconds, memory and disk space, and their source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quantshift.planning import disk
from quantshift.planning.job import Job
from quantshift.planning.rates import Line, Rates
from quantshift.planning.schedule import Task
from quantshift.planning.work import Work, work
from quantshift.study import Study

# What can be measured without the data.
MEASURABLE = frozenset({"train", "retrain", "graph", "export", "quantize", "inspect", "evaluate"})


class Source(StrEnum):
    """The source of a job's estimated duration."""

    RECORD = "records"
    MEASURED = "measured here"
    SIMILAR = "records of similar jobs"
    START = "process start only"


@dataclass(frozen=True)
class Estimate:
    """Time, memory and disk space of a job.

    Attributes:
        job: the job.
        source: source of its duration.
        start: seconds until its script is loaded.
        work: core seconds after that.
        memory: bytes.
        stored: bytes of its outputs, or None if unknown.
    """

    job: Job
    source: Source
    start: float
    work: float
    memory: int
    stored: float | None

    @property
    def core_seconds(self) -> float:
        """Return the seconds of all cores that the job requests."""
        return self.start * self.job.threads + self.work

    @property
    def task(self) -> Task:
        """Return the job as a task for the scheduler, assuming that its work scales perfectly with threads."""
        return Task(
            self.start + self.work / self.job.threads, self.job.threads, self.job.needs, self.job.priority, self.memory
        )


def unknown(jobs: Iterable[Job], study: Study, rates: Rates) -> list[Job]:
    """Return one job for each kind of work that has no records and can be measured."""
    examples: dict[tuple[str, ...], Job] = {}
    for job in jobs:
        job_work = work(job, study)
        if job.rule in MEASURABLE and rates.exact(job_work) is None:
            examples.setdefault(job_work.kind, job)
    return list(examples.values())


def estimates(
    jobs: Sequence[Job],
    study: Study,
    rates: Rates,
    lines: Mapping[tuple[str, ...], Line],
    stored: Mapping[tuple[str, ...], int],
    starts: Mapping[str, float],
) -> list[Estimate]:
    """Return the estimate of each job.

    Args:
        jobs: the study's jobs.
        study: the study.
        rates: rates from records.
        lines: measured durations, by kind of work.
        stored: bytes of model files that were written by `measure`, by kind of work.
        starts: seconds of a rule's process start, for rules without records.
    """
    results = []
    for job in jobs:
        job_work = work(job, study)
        source, line = duration(job_work, rates, lines)
        recorded = rates.start(job.rule)
        results.append(
            Estimate(
                job=job,
                source=source,
                start=starts.get(job.rule, 0.0) if recorded is None else recorded,
                work=line.seconds(job_work.amount),
                memory=rates.memory(job_work) or job.memory,
                stored=disk.stored(job, study, rates, stored),
            )
        )
    return results


def duration(work: Work, rates: Rates, lines: Mapping[tuple[str, ...], Line]) -> tuple[Source, Line]:
    """Return the duration of work and its source: records if there are any, then measurements, then similar jobs."""
    if (line := rates.exact(work)) is not None:
        return Source.RECORD, line
    if work.kind in lines:
        return Source.MEASURED, lines[work.kind]
    if (line := rates.similar(work)) is not None:
        return Source.SIMILAR, line
    return Source.START, Line(0.0, 0.0)
