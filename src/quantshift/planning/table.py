"""A plan as text."""

from collections import Counter
from collections.abc import Mapping, Sequence

from quantshift.planning import disk
from quantshift.planning.estimates import Estimate, Source
from quantshift.planning.job import Job
from quantshift.planning.schedule import Schedule

# Stages with less of the work than this are told together.
SMALL = 0.01
LINKS = 6


def table(
    title: str, found: Sequence[Estimate], schedules: Sequence[Schedule], chain: Sequence[Estimate], building: float
) -> str:
    """Return a plan.

    Args:
        title: what is planned.
        found: what each job takes.
        schedules: the same for some numbers of cores.
        chain: the jobs, each after the one before, that take longest on any number of cores.
        building: seconds that Snakemake takes before the first job.
    """
    total = sum(estimate.core_seconds for estimate in found)
    return "\n".join(
        [
            f"{title}: {len(found):,} jobs, {hours(total)} core hours",
            "",
            *columns([("cores", "wall time", "busy", "memory"), *(_cores(planned, building) for planned in schedules)]),
            "",
            *columns([("stage", "jobs", "core hours", "share", "known by"), *_stages(found, total)]),
            "",
            *_disk(found),
            *_chain(chain),
            *_notes(found),
        ]
    )


def _cores(planned: Schedule, building: float) -> tuple[str, ...]:
    return str(planned.cores), duration(building + planned.wall), f"{planned.busy:.0%}", size(planned.memory)


def _stages(found: Sequence[Estimate], total: float) -> list[tuple[str, ...]]:
    """Return a row for each rule, the one with the most work first, and one for those with little."""
    rules: dict[str, list[Estimate]] = {}
    for estimate in found:
        rules.setdefault(estimate.job.rule, []).append(estimate)
    work = {rule: sum(estimate.core_seconds for estimate in members) for rule, members in rules.items()}
    large = sorted((rule for rule in rules if work[rule] >= SMALL * total), key=lambda rule: -work[rule])
    rest = [estimate for rule in rules if rule not in large for estimate in rules[rule]]
    parts = [(rule, rules[rule]) for rule in large] + ([("others", rest)] if rest else [])
    return [_stage(name, members, total) for name, members in parts]


def _stage(name: str, members: Sequence[Estimate], total: float) -> tuple[str, ...]:
    seconds = sum(estimate.core_seconds for estimate in members)
    sources = Counter(estimate.source for estimate in members)
    known = ", ".join(f"{source} {sources[source]:,}" for source in Source if sources[source])
    return name, f"{len(members):,}", hours(seconds), f"{seconds / total if total else 0:.1%}", known


def _disk(found: Sequence[Estimate]) -> list[str]:
    kinds: dict[str, float] = {}
    for estimate in found:
        name = disk.kind(estimate.job.rule)
        kinds[name] = kinds.get(name, 0.0) + (estimate.stored or 0.0)
    largest = sorted(kinds.items(), key=lambda entry: -entry[1])
    told = ", ".join(f"{name} {size(bytes_)}" for name, bytes_ in largest)
    return [f"disk: {size(sum(kinds.values()))} ({told})"]


def _chain(chain: Sequence[Estimate]) -> list[str]:
    seconds = sum(estimate.task.seconds for estimate in chain)
    longest = sorted(chain, key=lambda estimate: -estimate.task.seconds)[:LINKS]
    told = "; ".join(f"{name(link.job)} {duration(link.task.seconds)}" for link in chain if link in longest)
    return [f"longest chain, which no more cores shorten: {duration(seconds)}, {len(chain)} jobs, the longest: {told}"]


def _notes(found: Sequence[Estimate]) -> list[str]:
    """Return what is left out, and what is assumed."""
    notes = ["memory: of the jobs of one moment, as recorded, or as their rules ask for it where there is no record"]
    blind = Counter(estimate.job.rule for estimate in found if estimate.source == Source.START)
    if blind:
        notes.append(f"of no known duration, counted with the start of the process alone: {_listed(blind)}")
    silent = Counter(estimate.job.rule for estimate in found if estimate.stored is None)
    if silent:
        notes.append(f"of no known size, not counted on the disk: {_listed(silent)}")
    if any(estimate.source == Source.MEASURED for estimate in found):
        notes.append("measured here: on one core of this machine, which trains on its CPU; a GPU is faster")
    if any(estimate.job.threads > 1 for estimate in found):
        notes.append("assumed: a job of n threads is n times as fast as one of one thread")
    return notes


def _listed(rules: Mapping[str, int]) -> str:
    return ", ".join(f"{rule} {count:,}" for rule, count in rules.items())


def name(job: Job) -> str:
    """Return a job's name: its rule and its wildcards."""
    return " ".join([job.rule, "/".join(job.wildcards.values())]).strip()


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines with columns under each other: figures to the right, the first and the last to the left.

    >>> columns([("stage", "jobs", "known by"), ("train", "12", "records")])
    ['stage  jobs  known by', 'train    12  records']
    """
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    last = len(widths) - 1
    return [
        "  ".join(
            cell.ljust(width) if column in (0, last) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def duration(seconds: float) -> str:
    """Return a time for people.

    >>> [duration(x) for x in (4.2, 95, 3_700, 200_000)]
    ['4 s', '1 min 35 s', '1 h 1 min', '2 d 7 h']
    """
    whole = round(seconds)
    for unit, part, size_of_unit, size_of_part in (
        ("d", "h", 86_400, 3_600),
        ("h", "min", 3_600, 60),
        ("min", "s", 60, 1),
    ):
        if whole >= size_of_unit:
            return f"{whole // size_of_unit} {unit} {whole % size_of_unit // size_of_part} {part}"
    return f"{whole} s"


def hours(seconds: float) -> str:
    """Return hours with as many digits as mean anything.

    >>> [hours(x) for x in (5, 432, 36_000, 36_000_000)]
    ['0.0014', '0.12', '10.0', '10,000']
    """
    value = seconds / 3600
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2g}"


def size(bytes_: float) -> str:
    """Return a number of bytes for people.

    >>> [size(x) for x in (20_000, 2_500_000, 2_500_000_000)]
    ['20 kB', '2.5 MB', '2.5 GB']
    """
    if bytes_ >= 1e9:
        return f"{bytes_ / 1e9:.1f} GB"
    return f"{bytes_ / 1e6:.1f} MB" if bytes_ >= 1e6 else f"{bytes_ / 1e3:.0f} kB"
