"""The jobs of a study, from a dry run of Snakemake without results."""

import logging
import signal
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from snakemake.api import SnakemakeApi
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger
from snakemake.settings.types import ConfigSettings, OutputSettings, Quietness, ResourceSettings
from snakemake.utils import update_config

from quantshift.configuration.check import check, check_files
from quantshift.configuration.origins import DEFAULT_DIRECTORY
from quantshift.configuration.sources import read_sources
from quantshift.configuration.user_files import with_absolute_paths
from quantshift.core.errors import QuantshiftError
from quantshift.planning.job import Job
from quantshift.study import Config

# More than any job requests, so that Snakemake reports each job with all of its threads.
CORES = 1 << 16
JOB_INFO = "job_info"


class JobCollector(logging.Handler):
    """Collects the jobs from Snakemake's log events, which hold the details as structured data."""

    def __init__(self) -> None:
        """Start with no records."""
        super().__init__()
        self.records: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Store a record if it describes a job."""
        event = getattr(record, "event", None)
        if event is not None and event.value == JOB_INFO:
            self.records.append(vars(record))


def jobs(root: Path, configfiles: Sequence[Path], folder: Path = Path()) -> list[Job]:
    """Return all jobs of a study without results, except jobs without outputs.

    Args:
        root: the project's folder, which contains the Snakefile.
        configfiles: files that override the default config, in this order.
        folder: the folder of the run, where relative paths of the user's files start.

    Raises:
        QuantshiftError: a file is missing, or the config is wrong.
    """
    config = merged(root, configfiles, folder)
    # Snakemake works in an empty folder, so that every job has yet to run.
    absolute = {section: config[section] for section in ("members", "models", "data")}
    collector = JobCollector()
    # Snakemake replaces this signal handler and does not restore it.
    terminated = signal.getsignal(signal.SIGTERM)
    with tempfile.TemporaryDirectory() as empty, SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
        for handler in logger.handlers:
            handler.setLevel(logging.CRITICAL)
        logger.addHandler(collector)
        try:
            workflow = api.workflow(
                ResourceSettings(cores=CORES),
                config_settings=ConfigSettings(
                    configfiles=[file.resolve() for file in configfiles],
                    # A user's relative folder does not exist in the empty folder, and does not affect the jobs.
                    config={"data_directory": DEFAULT_DIRECTORY, **absolute},
                ),
                snakefile=root / "Snakefile",
                workdir=Path(empty),
            )
            workflow.dag().execute_workflow(executor="dryrun")
        except WorkflowError as error:
            raise QuantshiftError(str(error)) from error
        finally:
            logger.removeHandler(collector)
            if threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGTERM, terminated)
    return linked_jobs(collector.records)


def linked_jobs(records: Sequence[dict[str, Any]]) -> list[Job]:
    """Return the jobs with outputs, sorted by number, each with the jobs whose outputs it reads."""
    producers = {path: record["jobid"] for record in records for path in record["output"]}
    jobs = [
        Job(
            number=record["jobid"],
            rule=record["rule_name"],
            wildcards=dict(record["wildcards"]),
            threads=record["threads"],
            priority=record["priority"],
            memory=_megabytes(record["resources"]) * 1_000_000,
            outputs=tuple(record["output"]),
            log=next(iter(record["log"]), ""),
            benchmark=record["benchmark"] or "",
            needs=tuple(sorted({producers[path] for path in record["input"] if path in producers})),
        )
        for record in records
        if record["output"]
    ]
    return sorted(jobs, key=lambda job: job.number)


def _megabytes(resources: Any) -> int:
    """Return the requested memory, or 0 if it depends on the sizes of files that do not exist yet."""
    memory = resources.get("mem_mb", 0)
    return memory if isinstance(memory, int) else 0


def merged(root: Path, configfiles: Sequence[Path], folder: Path = Path()) -> Config:
    """Return the default config overridden by others, as Snakemake merges them.

    The user's own models and data have absolute paths, and must exist. Other files of the user are not needed.

    Args:
        root: the project's folder.
        configfiles: files that override the default config, in this order.
        folder: the folder of the run, where relative paths of the user's files start.

    Raises:
        QuantshiftError: a file is missing, or the config is wrong; one line for each mistake.
    """
    config: dict[str, Any] = {}
    sources = read_sources([root / "config/config.yaml", *configfiles], {}, root)
    for source in sources:
        update_config(config, source.values)
    config = with_absolute_paths(config, folder)
    check(config, fetching=False, sources=sources)
    check_files(config, sources)
    return config
