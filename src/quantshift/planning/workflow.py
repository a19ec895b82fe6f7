"""The jobs of a study, from a dry run of Snakemake from nothing."""

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

from quantshift.configuration.check import check
from quantshift.configuration.origins import DEFAULT_DIRECTORY
from quantshift.configuration.sources import read_sources
from quantshift.core.errors import QuantshiftError
from quantshift.planning.job import Job
from quantshift.study import Config

# More than any job asks for, so that each is announced with the threads that it wants.
CORES = 1 << 16
JOB_INFO = "job_info"


class Announced(logging.Handler):
    """Keeps the jobs that Snakemake announces: its events have what its text shows, in parts."""

    def __init__(self) -> None:
        """Start without any."""
        super().__init__()
        self.records: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record if it announces a job."""
        event = getattr(record, "event", None)
        if event is not None and event.value == JOB_INFO:
            self.records.append(vars(record))


def jobs(root: Path, configfiles: Sequence[Path]) -> list[Job]:
    """Return all jobs of a study that starts from nothing, but for those that only gather others.

    Args:
        root: the project's folder, which has the Snakefile.
        configfiles: laid over the default config, in this order.

    Raises:
        QuantshiftError: a file is missing, or the config is wrong.
    """
    merged(root, configfiles)
    announced = Announced()
    # Snakemake takes the signal to end over, and keeps it.
    terminated = signal.getsignal(signal.SIGTERM)
    with tempfile.TemporaryDirectory() as empty, SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
        for handler in logger.handlers:
            handler.setLevel(logging.CRITICAL)
        logger.addHandler(announced)
        try:
            workflow = api.workflow(
                ResourceSettings(cores=CORES),
                config_settings=ConfigSettings(
                    configfiles=[file.resolve() for file in configfiles],
                    # A relative folder of the user's own is not in the empty one, and says nothing of the jobs.
                    config={"data_directory": DEFAULT_DIRECTORY},
                ),
                snakefile=root / "Snakefile",
                workdir=Path(empty),
            )
            workflow.dag().execute_workflow(executor="dryrun")
        except WorkflowError as error:
            raise QuantshiftError(str(error)) from error
        finally:
            logger.removeHandler(announced)
            if threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGTERM, terminated)
    return connected(announced.records)


def connected(records: Sequence[dict[str, Any]]) -> list[Job]:
    """Return the announced jobs that make anything, each with the jobs whose outputs it takes, sorted by number."""
    makers = {path: record["jobid"] for record in records for path in record["output"]}
    found = [
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
            needs=tuple(sorted({makers[path] for path in record["input"] if path in makers})),
        )
        for record in records
        if record["output"]
    ]
    return sorted(found, key=lambda job: job.number)


def _megabytes(resources: Any) -> int:
    """Return the stated memory, or 0 where it follows from the sizes of files that are not there yet."""
    stated = resources.get("mem_mb", 0)
    return stated if isinstance(stated, int) else 0


def merged(root: Path, configfiles: Sequence[Path]) -> Config:
    """Return the default config with others laid over it, as Snakemake does it.

    Raises:
        QuantshiftError: a file is missing, or the config is wrong; one line for each mistake.
    """
    config: dict[str, Any] = {}
    sources = read_sources([root / "config/config.yaml", *configfiles], {}, root)
    for source in sources:
        update_config(config, source.values)
    # The user's own files need not be there to plan a study.
    check(config, fetching=False, sources=sources)
    return config
