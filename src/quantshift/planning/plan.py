"""Put a plan together: the jobs, what each takes, and when each runs."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from quantshift.core.errors import QuantshiftError
from quantshift.planning import records, workflow
from quantshift.planning.estimates import Estimate, estimates, unknown
from quantshift.planning.job import Job
from quantshift.planning.rates import Line, Rates
from quantshift.planning.records import Record
from quantshift.planning.schedule import longest_chain, schedule
from quantshift.planning.start import start
from quantshift.planning.table import name, table
from quantshift.planning.work import work
from quantshift.storage.files import damaged, read_json
from quantshift.study import Study

RUN = Path("results/run.json")
MOST_TOLD = 3
# Between a job's end and the next one's start Snakemake's one process writes its records and chooses.
BETWEEN_SECONDS = 0.1
Report = Callable[[str], None]


def plan(
    root: Path,
    configfiles: Sequence[Path],
    cores: Sequence[int],
    runs: Sequence[Path] | None,
    *,
    measuring: bool,
    cpu_time: bool,
    report: Report,
) -> str:
    """Return the plan of a study as text.

    Args:
        root: the project's folder.
        configfiles: laid over the default config.
        cores: numbers of cores to plan for.
        runs: folders of finished runs with records, or None for the project's own where it has one.
        measuring: whether what no record tells of is measured on the spot.
        cpu_time: whether recorded jobs count by their CPU time and not by the time that passed.
        report: gets a line of progress now and then.

    Raises:
        QuantshiftError: a file is missing or wrong, or a record is missing and nothing may be measured.
    """
    chosen = [root] if runs is None and (root / RUN).is_file() else list(runs or ())
    if not (root / "Snakefile").is_file():
        raise QuantshiftError(f"{root} has no Snakefile: run this in the project's folder")
    began = time.perf_counter()
    jobs = workflow.jobs(root, configfiles)
    building = time.perf_counter() - began
    study = Study(workflow.merged(root, configfiles))
    rates = Rates([record for run in chosen for record in read_run(root, run, cpu_time)])
    found = known(root, jobs, study, rates, measuring=measuring, report=report)
    title = ", ".join(str(file) for file in configfiles) or "the default study"
    return planned(title, found, cores, building)


def read_run(root: Path, folder: Path, cpu_time: bool) -> list[Record]:
    """Return the records of a finished run, with the work that each job was by the run's own config.

    Args:
        root: the project's folder.
        folder: the folder that the workflow was run in.
        cpu_time: whether jobs count by their CPU time.

    Raises:
        QuantshiftError: it has none, a file is damaged, or its config is one that the project no longer takes.
    """
    file = folder / RUN
    if not file.is_file():
        raise QuantshiftError(f"{file} is missing: expected the folder of a finished run, which tells its config")
    found = read_json(file)
    config = found.get("config") if isinstance(found, dict) else None
    if not isinstance(config, dict):
        raise damaged(file, "the record of a run", KeyError("config"))
    with tempfile.TemporaryDirectory() as scratch:
        kept = Path(scratch) / "run.yaml"
        kept.write_text(yaml.safe_dump(config), encoding="utf-8")
        try:
            jobs = workflow.jobs(root, [kept])
            study = Study(workflow.merged(root, [kept]))
        except QuantshiftError as error:
            # The copy that was read is gone.
            mistakes = str(error).replace(str(kept), file.name)
            raise QuantshiftError(f"{file} has a config that is not taken any more: {mistakes}") from error
    return records.read(folder, jobs, lambda job: work(job, study), cpu_time=cpu_time)


def known(
    root: Path, jobs: Sequence[Job], study: Study, rates: Rates, *, measuring: bool, report: Report
) -> list[Estimate]:
    """Return what each job takes, after measuring what no record tells of.

    Raises:
        QuantshiftError: a record is missing and nothing may be measured.
    """
    missing = unknown(jobs, study, rates)
    if missing and not measuring:
        told = "; ".join(name(job) for job in missing[:MOST_TOLD])
        raise QuantshiftError(
            f"--only-records: {len(missing)} kinds of jobs have no record, such as {told}: name folders of other runs "
            "that have (--records), or leave out --only-records to measure them here"
        )
    starts = {}
    for rule in sorted({job.rule for job in jobs if rates.start(job.rule) is None}):
        script = root / f"workflow/scripts/{rule}.py"
        if measuring and script.is_file():
            starts[rule] = start(script)
    lines: dict[tuple[str, ...], Line] = {}
    stored: dict[tuple[str, ...], int] = {}
    networks: dict[tuple[str, str], list[Job]] = {}
    for job in missing:
        networks.setdefault((job.names["dataset"], job.names["architecture"]), []).append(job)
    for number, ((dataset, architecture), asked) in enumerate(sorted(networks.items()), 1):
        # Not above: torch takes seconds to load, and records alone do without it.
        from quantshift.planning.measure import measure

        report(f"measuring {dataset}/{architecture} ({number} of {len(networks)}): {len(asked)} kinds of jobs")
        measured = measure(asked, study)
        lines |= measured.lines
        stored |= measured.stored
    return estimates(jobs, study, rates, lines, stored, starts)


def planned(title: str, found: Sequence[Estimate], cores: Sequence[int], building: float) -> str:
    """Return the plan of jobs as text.

    Args:
        title: what is planned.
        found: what each job takes.
        cores: numbers of cores to plan for.
        building: seconds before the first job.
    """
    tasks = {estimate.job.number: estimate.task for estimate in found}
    by_number = {estimate.job.number: estimate for estimate in found}
    return table(
        title,
        found,
        [schedule(tasks, count, BETWEEN_SECONDS) for count in cores],
        [by_number[number] for number in longest_chain(tasks)],
        building,
    )
