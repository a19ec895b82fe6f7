"""What each job of a study takes: seconds, memory and disk, and how it is known."""

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
    """How a job's duration is known."""

    RECORD = "records"
    MEASURED = "measured here"
    ALIKE = "records of like jobs"
    START = "process start only"


@dataclass(frozen=True)
class Estimate:
    """What a job takes.

    Attributes:
        job: the job.
        source: how its duration is known.
        start: seconds until its script is loaded.
        work: core seconds from then on.
        memory: bytes.
        stored: bytes of its outputs, or None where nothing tells.
    """

    job: Job
    source: Source
    start: float
    work: float
    memory: int
    stored: float | None

    @property
    def core_seconds(self) -> float:
        """Return the seconds of all cores that it asks for."""
        return self.start * self.job.threads + self.work

    @property
    def task(self) -> Task:
        """Return what decides when it runs; all threads are taken to be of equal use."""
        return Task(
            self.start + self.work / self.job.threads, self.job.threads, self.job.needs, self.job.priority, self.memory
        )


def unknown(jobs: Iterable[Job], study: Study, rates: Rates) -> list[Job]:
    """Return a job of each kind of work that records do not tell of and that can be measured."""
    found: dict[tuple[str, ...], Job] = {}
    for job in jobs:
        asked = work(job, study)
        if job.rule in MEASURABLE and rates.exact(asked) is None:
            found.setdefault(asked.kind, job)
    return list(found.values())


def estimates(
    jobs: Sequence[Job],
    study: Study,
    rates: Rates,
    lines: Mapping[tuple[str, ...], Line],
    stored: Mapping[tuple[str, ...], int],
    starts: Mapping[str, float],
) -> list[Estimate]:
    """Return what each job takes.

    Args:
        jobs: the study's jobs.
        study: the study.
        rates: what records say.
        lines: what was measured on the spot, by kind of work.
        stored: bytes of models' files that were written on the spot, by kind of work.
        starts: seconds of a rule's process start, for rules without records.
    """
    found = []
    for job in jobs:
        asked = work(job, study)
        source, line = duration(asked, rates, lines)
        recorded = rates.start(job.rule)
        found.append(
            Estimate(
                job=job,
                source=source,
                start=starts.get(job.rule, 0.0) if recorded is None else recorded,
                work=line.seconds(asked.amount),
                memory=rates.memory(asked) or job.memory,
                stored=disk.stored(job, study, rates, stored),
            )
        )
    return found


def duration(asked: Work, rates: Rates, lines: Mapping[tuple[str, ...], Line]) -> tuple[Source, Line]:
    """Return how long work takes and how that is known: the records come first, then what was measured."""
    if (line := rates.exact(asked)) is not None:
        return Source.RECORD, line
    if asked.kind in lines:
        return Source.MEASURED, lines[asked.kind]
    if (line := rates.alike(asked)) is not None:
        return Source.ALIKE, line
    return Source.START, Line(0.0, 0.0)
