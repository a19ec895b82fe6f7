"""Rebuild the report page of a finished run."""

import tempfile
from pathlib import Path

import yaml

from quantshift.command.failure import error_of
from quantshift.command.latest import expect_latest
from quantshift.command.run import run
from quantshift.command.summary import REPORT
from quantshift.core.errors import QuantshiftError
from quantshift.guards.last_run import read_config

RECORD = Path("results/run.json")
LOG = "quantshift.log"
# The rules that read tables and write the page; others might measure or train again.
RULES = ("decision", "details", "report_page")


def rebuild(folder: Path, cores: int) -> bool:
    """Rebuild the page if it is missing or outdated, and return whether this was not interrupted.

    Args:
        folder: the folder of the run.
        cores: number of CPU cores.

    Raises:
        QuantshiftError: there is no finished run, or its config has changed since.
        RunFailedError: the page cannot be built.
    """
    file = folder / RECORD
    if not file.is_file():
        raise QuantshiftError(
            f"{folder} has no finished run, since {RECORD} is missing: run quantshift check or quantshift study, or "
            "name the folder of a run with --directory"
        )
    expect_latest(folder)
    config = read_config(folder)
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "run.yaml"
        copy.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
        log = folder / LOG
        where = ["--configfile", str(copy), "--directory", str(folder), "--cores", str(cores)]
        outcome = run([*where, "--allowed-rules", *RULES, "--", REPORT.as_posix()], log=log)
    if outcome.code and not outcome.interrupted:
        raise error_of(outcome, folder, log)
    return not outcome.interrupted
