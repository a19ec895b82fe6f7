"""Build a plan: the jobs, what each costs, and when each runs."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from quantshift.core.errors import QuantshiftError
from quantshift.planning import gpu, records, workflow
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
MAX_EXAMPLES = 3
# Snakemake's single process needs this long between two jobs, to write records and choose the next job.
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
        configfiles: files that override the default config.
        cores: numbers of cores to plan for.
        runs: folders of finished runs with records, or None for the project's folder if it has a run.
        measuring: whether to measure work without records on this machine.
        cpu_time: whether to count CPU time instead of wall-clock time for recorded jobs.
        report: function that receives progress lines.

    Raises:
        QuantshiftError: a file is missing or wrong, or a record is missing and `measuring` is False.
    """
    chosen = [root] if runs is None and (root / RUN).is_file() else list(runs or ())
    if not (root / "Snakefile").is_file():
        raise QuantshiftError(f"{root} has no Snakefile: run this in the project's folder")
    report("asking Snakemake for the jobs of the study, about half a minute for the default one")
    began = time.perf_counter()
    jobs = workflow.jobs(root, configfiles)
    building = time.perf_counter() - began
    report(f"{len(jobs):,} jobs; reading the records of finished runs: {len(chosen) or 'none'}")
    study = Study(workflow.merged(root, configfiles))
    rates = Rates([record for run in chosen for record in read_run(root, run, cpu_time)])
    costs = estimate_jobs(root, jobs, study, rates, measuring=measuring, report=report)
    title = ", ".join(str(file) for file in configfiles) or "the default study"
    lines = [format_plan(title, costs, cores, building), gpu.note(jobs, study)]
    return "\n".join(line for line in lines if line)


def read_run(root: Path, folder: Path, cpu_time: bool) -> list[Record]:
    """Return the records of a finished run, with the work of each job according to the run's config.

    Args:
        root: the project's folder.
        folder: the folder in which the workflow ran.
        cpu_time: whether to count the CPU time of jobs.

    Raises:
        QuantshiftError: there is no run, a file is damaged, or the project no longer accepts its config.
    """
    file = folder / RUN
    if not file.is_file():
        raise QuantshiftError(f"{file} is missing: expected the folder of a finished run, which records its config")
    run = read_json(file)
    config = run.get("config") if isinstance(run, dict) else None
    if not isinstance(config, dict):
        raise damaged(file, "the record of a run", KeyError("config"))
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "run.yaml"
        copy.write_text(yaml.safe_dump(config), encoding="utf-8")
        try:
            jobs = workflow.jobs(root, [copy])
            study = Study(workflow.merged(root, [copy]))
        except QuantshiftError as error:
            # The message must not name the temporary copy.
            mistakes = str(error).replace(str(copy), file.name)
            raise QuantshiftError(f"{file} has a config that is no longer valid: {mistakes}") from error
    return records.read(folder, jobs, lambda job: work(job, study), cpu_time=cpu_time)


def estimate_jobs(
    root: Path, jobs: Sequence[Job], study: Study, rates: Rates, *, measuring: bool, report: Report
) -> list[Estimate]:
    """Return the estimate of each job, after measuring work without records.

    Raises:
        QuantshiftError: a record is missing and `measuring` is False.
    """
    missing = unknown(jobs, study, rates)
    if missing and not measuring:
        examples = "; ".join(name(job) for job in missing[:MAX_EXAMPLES])
        raise QuantshiftError(
            f"--only-records: {len(missing)} kinds of jobs have no record, such as {examples}: add folders of runs "
            "that have them (--records), or omit --only-records to measure them here"
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
    for number, ((dataset, architecture), examples_of_kinds) in enumerate(sorted(networks.items()), 1):
        # Imported here because torch takes seconds to load, and plans from records do not need it.
        from quantshift.planning.measure import measure

        count = len(examples_of_kinds)
        report(f"measuring {dataset}/{architecture} ({number} of {len(networks)}): {count} kinds of jobs")
        measured = measure(examples_of_kinds, study)
        lines |= measured.lines
        stored |= measured.stored
    return estimates(jobs, study, rates, lines, stored, starts)


def format_plan(title: str, costs: Sequence[Estimate], cores: Sequence[int], building: float) -> str:
    """Return the plan of jobs as text.

    Args:
        title: title of the plan.
        costs: the estimate of each job.
        cores: numbers of cores to plan for.
        building: seconds before the first job.
    """
    tasks = {estimate.job.number: estimate.task for estimate in costs}
    by_number = {estimate.job.number: estimate for estimate in costs}
    return table(
        title,
        costs,
        [schedule(tasks, count, BETWEEN_SECONDS) for count in cores],
        [by_number[number] for number in longest_chain(tasks)],
        building,
    )
