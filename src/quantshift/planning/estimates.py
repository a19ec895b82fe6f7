"""Estimates for each job of a study: seconds, memory and disk space, and their source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from quantshift.planning import disk
from quantshift.planning.job import Job
from quantshift.planning.planned_study import PlannedStudy
from quantshift.planning.rates import Line, Rates
from quantshift.planning.schedule import Task
from quantshift.planning.work import work
from quantshift.planning.work_kind import Work

# What can be measured without the data of a data set, and what can be measured with the user's own models and data.
MEASURABLE = frozenset({"train", "retrain", "graph", "export", "quantize", "inspect", "evaluate"})
OWN_MEASURABLE = frozenset(
    {
        *("given_model", "given_variant", "given_record", "given_data", "given_shift", "given_corruption"),
        *("quantize", "inspect", "inspect_variant", "evaluate"),
    }
)


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


def unknown(jobs: Iterable[Job], study: PlannedStudy, rates: Rates) -> list[Job]:
    """Return one job for each kind of work that has no records and can be measured."""
    examples: dict[tuple[str, ...], Job] = {}
    for job in jobs:
        job_work = work(job, study)
        if is_measurable(job, study) and rates.exact(job_work) is None:
            examples.setdefault(job_work.kind, job)
    return list(examples.values())


def is_measurable(job: Job, study: PlannedStudy) -> bool:
    """Return whether a job's work can be measured here; a corruption that needs a download cannot."""
    if not study.is_given(job.names.get("dataset", "")):
        return job.rule in MEASURABLE
    return job.rule in OWN_MEASURABLE and not (
        job.rule == "given_corruption" and study.corruption_artifact(job.names["suite"], job.names["shift"])
    )


def estimates(
    jobs: Sequence[Job],
    study: PlannedStudy,
    rates: Rates,
    lines: Mapping[tuple[str, ...], Line],
    stored: Mapping[tuple[str, ...], float],
    starts: Mapping[str, float],
) -> list[Estimate]:
    """Return the estimate of each job.

    Args:
        jobs: the study's jobs.
        study: the study.
        rates: rates from records.
        lines: measured durations, by kind of work.
        stored: measured bytes of outputs per unit of work, by kind of work.
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
