"""Build a plan: the jobs, what each costs, and when each runs."""

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml

from quantshift.configuration.user_files import CONFIG_FILE
from quantshift.core.errors import QuantshiftError
from quantshift.core.test_set import CLEAN
from quantshift.planning import gpu, own_files, records, workflow
from quantshift.planning.estimates import Estimate, estimates, unknown
from quantshift.planning.job import Job
from quantshift.planning.measured import Measured
from quantshift.planning.planned_study import PlannedStudy
from quantshift.planning.rates import Rates
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
    folder: Path | None = None,
) -> str:
    """Return the plan of a study as text.

    Args:
        root: the project's folder.
        configfiles: files that override the default config; if there are none, that of the folder of the run is used.
        cores: numbers of cores to plan for.
        runs: folders of finished runs with records, or None for the folder of the run if it has any.
        measuring: whether to measure work without records on this machine.
        cpu_time: whether to count CPU time instead of wall-clock time for recorded jobs.
        report: function that receives progress lines.
        folder: the folder of the run, where relative paths of the user's files start; None for the current folder,
            which need not have a config.

    Raises:
        QuantshiftError: a file is missing or wrong, or a record is missing and `measuring` is False.
    """
    if not (root / "Snakefile").is_file():
        raise QuantshiftError(f"{root} has no Snakefile: run this in the project's folder")
    files = configs(folder, configfiles)
    folder = folder or Path()
    title = ", ".join(str(file) for file in files) or "the default study"
    report(f"asking Snakemake for the jobs of {title}{'' if files else ', which takes about half a minute'}")
    began = time.perf_counter()
    jobs = workflow.jobs(root, files, folder)
    building = time.perf_counter() - began
    study = planned_study(root, files, folder)
    report(f"{len(jobs):,} jobs; reading the records of finished runs")
    stored = own_records(root, folder, cpu_time, report) if runs is None else []
    stored += [record for run in runs or () for record in read_run(root, run, cpu_time)]
    report(f"{len(stored):,} records")
    costs = estimate_jobs(root, jobs, study, Rates(stored), measuring=measuring, report=report)
    return "\n".join(
        [
            format_plan(title, costs, cores, building),
            *filter(None, [gpu.note(jobs, study)]),
            *(own_note(name, study) for name in study.given_data),
        ]
    )


def configs(folder: Path | None, configfiles: Sequence[Path]) -> list[Path]:
    """Return the files that override the default config: those that are stated, or else that of the folder of the run.

    Args:
        folder: the folder of the run; None for the current folder, which need not have a config.
        configfiles: the stated files.

    Raises:
        QuantshiftError: a stated folder has no config.
    """
    own = (folder or Path()) / CONFIG_FILE
    if configfiles or own.is_file():
        return list(configfiles) or [own]
    if folder:
        raise QuantshiftError(
            f"{folder} has no {CONFIG_FILE}: name the folder of a check, or state a config with --configfile"
        )
    return []


def planned_study(root: Path, configfiles: Sequence[Path], folder: Path) -> PlannedStudy:
    """Return the study that a plan is for.

    Raises:
        QuantshiftError: the config is wrong, or a file of the user is missing or damaged.
    """
    config = workflow.merged(root, configfiles, folder)
    return PlannedStudy(config, own_files.of_files(Study(config)))


def own_records(root: Path, folder: Path, cpu_time: bool, report: Report) -> list[Record]:
    """Return the records of the last run in the folder of a plan; none if there is no run, or if it cannot be used.

    The config or the user's files may have changed since, which is then reported.
    """
    if not (folder / RUN).is_file():
        return []
    try:
        return read_run(root, folder, cpu_time)
    except QuantshiftError as error:
        report(f"the records of the last run are not used: {error}")
        return []


def own_note(name: str, study: PlannedStudy) -> str:
    """Return a sentence on the numbers of samples of a user's own data."""
    shifted = ", ".join(
        f"{test_set.shift} {study.samples(name, test_set):,}" for test_set in own_files.own_shifts(study, name)
    )
    return (
        f"own data {name}, counted in its files: {study.samples(name, CLEAN):,} test samples, "
        f"{study.calibration(name):,} for calibration{f'; shifted: {shifted}' if shifted else ''}"
    )


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
            jobs = workflow.jobs(root, [copy], folder)
            own = Study(workflow.merged(root, [copy], folder))
            study = PlannedStudy(own.config, own_files.of_run(own, folder))
        except QuantshiftError as error:
            # The message must not name the temporary copy.
            mistakes = str(error).replace(str(copy), file.name)
            raise QuantshiftError(f"{file} has a config that is no longer valid: {mistakes}") from error
    return records.read(folder, jobs, lambda job: work(job, study), cpu_time=cpu_time)


def estimate_jobs(
    root: Path, jobs: Sequence[Job], study: PlannedStudy, rates: Rates, *, measuring: bool, report: Report
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
    together: dict[str, list[Job]] = {}
    for job in missing:
        dataset = job.names["dataset"]
        # The models of the same own data are measured together, since they share its samples.
        subject = dataset if study.is_given(dataset) else f"{dataset}/{job.names['architecture']}"
        together.setdefault(subject, []).append(job)
    measured = Measured()
    for number, (subject, examples_of_kinds) in enumerate(sorted(together.items()), 1):
        count = len(examples_of_kinds)
        report(f"measuring {subject} ({number} of {len(together)}): {count} kinds of jobs")
        measured.add(_measure(examples_of_kinds, study))
    return estimates(jobs, study, rates, measured.lines, measured.stored, starts)


def _measure(jobs: Sequence[Job], study: PlannedStudy) -> Measured:
    """Measure jobs of one network, or of one of a user's own data and its models."""
    # Imported here because plans from records need neither torch, which takes seconds to load, nor onnxruntime.
    if study.is_given(jobs[0].names["dataset"]):
        from quantshift.planning.measure_own import measure_own

        return measure_own(jobs, study)
    from quantshift.planning.measure import measure

    return measure(jobs, study)


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
