"""Format a plan as text."""

from collections import Counter
from collections.abc import Mapping, Sequence

from quantshift.core.names import GIVEN
from quantshift.planning import disk
from quantshift.planning.estimates import Estimate, Source
from quantshift.planning.job import Job
from quantshift.planning.schedule import Schedule

# Stages with a smaller fraction of the work are combined.
SMALL = 0.01
LINKS = 6


def table(
    title: str, costs: Sequence[Estimate], schedules: Sequence[Schedule], chain: Sequence[Estimate], building: float
) -> str:
    """Return a plan as text.

    Args:
        title: title of the plan.
        costs: the estimate of each job.
        schedules: a schedule for each number of cores.
        chain: the longest chain of dependent jobs.
        building: seconds that Snakemake needs before the first job.
    """
    total = sum(estimate.core_seconds for estimate in costs)
    return "\n".join(
        [
            f"{title}: {len(costs):,} jobs, {hours(total)} core hours",
            "",
            *columns([("cores", "wall time", "busy", "memory"), *(_cores(planned, building) for planned in schedules)]),
            "",
            *columns([("stage", "jobs", "core hours", "share", "known by"), *_stages(costs, total)]),
            "",
            *_disk(costs),
            *_chain(chain),
            *_notes(costs),
        ]
    )


def _cores(planned: Schedule, building: float) -> tuple[str, ...]:
    return str(planned.cores), duration(building + planned.wall), f"{planned.busy:.0%}", size(planned.memory)


def _stages(costs: Sequence[Estimate], total: float) -> list[tuple[str, ...]]:
    """Return a row for each rule, sorted by decreasing work, and one row for all rules with little work."""
    rules: dict[str, list[Estimate]] = {}
    for estimate in costs:
        rules.setdefault(estimate.job.rule, []).append(estimate)
    work = {rule: sum(estimate.core_seconds for estimate in members) for rule, members in rules.items()}
    large = sorted((rule for rule in rules if work[rule] >= SMALL * total), key=lambda rule: -work[rule])
    rest = [estimate for rule in rules if rule not in large for estimate in rules[rule]]
    parts = [(rule, rules[rule]) for rule in large] + ([("others", rest)] if rest else [])
    return [_stage(name, members, total) for name, members in parts]


def _stage(name: str, members: Sequence[Estimate], total: float) -> tuple[str, ...]:
    seconds = sum(estimate.core_seconds for estimate in members)
    sources = Counter(estimate.source for estimate in members)
    known_by = ", ".join(f"{source} {sources[source]:,}" for source in Source if sources[source])
    return name, f"{len(members):,}", hours(seconds), f"{seconds / total if total else 0:.1%}", known_by


def _disk(costs: Sequence[Estimate]) -> list[str]:
    kinds: dict[str, float] = {}
    for estimate in costs:
        name = disk.kind(estimate.job.rule)
        kinds[name] = kinds.get(name, 0.0) + (estimate.stored or 0.0)
    largest = sorted(kinds.items(), key=lambda entry: -entry[1])
    parts = ", ".join(f"{name} {size(bytes_)}" for name, bytes_ in largest)
    return [f"disk: {size(sum(kinds.values()))} ({parts})"]


def _chain(chain: Sequence[Estimate]) -> list[str]:
    seconds = sum(estimate.task.seconds for estimate in chain)
    longest = sorted(chain, key=lambda estimate: -estimate.task.seconds)[:LINKS]
    links = "; ".join(f"{name(link.job)} {duration(link.task.seconds)}" for link in chain if link in longest)
    return [f"longest chain, which more cores do not shorten: {duration(seconds)}, {len(chain)} jobs; longest: {links}"]


def _notes(costs: Sequence[Estimate]) -> list[str]:
    """Return notes on omissions and assumptions."""
    notes = ["memory: peak of all running jobs, from records or, without a record, from the requests of their rules"]
    no_duration = Counter(estimate.job.rule for estimate in costs if estimate.source == Source.START)
    if no_duration:
        notes.append(f"unknown duration, only the start of the process is counted: {_counts(no_duration)}")
    no_size = Counter(estimate.job.rule for estimate in costs if estimate.stored is None)
    if no_size:
        notes.append(f"unknown size, not counted as disk space: {_counts(no_size)}")
    measured = [estimate.job for estimate in costs if estimate.source == Source.MEASURED]
    if measured:
        training = any(job.rule in ("train", "retrain") for job in measured)
        own = any(job.names.get("method") == GIVEN or job.rule.startswith("given_") for job in measured)
        notes.append(
            "measured here: on one core of this machine"
            + (", training on the CPU; a GPU is faster" if training else "")
            + ("; your own models with the first samples of their data, which stand for the others" if own else "")
        )
    if any(estimate.job.threads > 1 for estimate in costs):
        notes.append("assumed: a job with n threads is n times as fast as with one thread")
    return notes


def _counts(rules: Mapping[str, int]) -> str:
    return ", ".join(f"{rule} {count:,}" for rule, count in rules.items())


def name(job: Job) -> str:
    """Return a job's name: its rule and its wildcards."""
    return " ".join([job.rule, "/".join(job.wildcards.values())]).strip()


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines with aligned columns: the first and last to the left, numbers to the right.

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
    """Return a human-readable duration.

    >>> [duration(x) for x in (4.2, 95, 3_700, 200_000)]
    ['4 s', '1 min 35 s', '1 h 1 min', '2 d 7 h']
    """
    rounded = round(seconds)
    for unit, part, size_of_unit, size_of_part in (
        ("d", "h", 86_400, 3_600),
        ("h", "min", 3_600, 60),
        ("min", "s", 60, 1),
    ):
        if rounded >= size_of_unit:
            return f"{rounded // size_of_unit} {unit} {rounded % size_of_unit // size_of_part} {part}"
    return f"{rounded} s"


def hours(seconds: float) -> str:
    """Return hours with only significant digits.

    >>> [hours(x) for x in (5, 432, 36_000, 36_000_000)]
    ['0.0014', '0.12', '10.0', '10,000']
    """
    value = seconds / 3600
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2g}"


def size(bytes_: float) -> str:
    """Return a human-readable size.

    >>> [size(x) for x in (20_000, 2_500_000, 2_500_000_000)]
    ['20 kB', '2.5 MB', '2.5 GB']
    """
    if bytes_ >= 1e9:
        return f"{bytes_ / 1e9:.1f} GB"
    return f"{bytes_ / 1e6:.1f} MB" if bytes_ >= 1e6 else f"{bytes_ / 1e3:.0f} kB"
