"""Rebuild the report page of a finished run."""

import tempfile
from pathlib import Path

import yaml

from quantshift.command.deciding import decide
from quantshift.command.failure import error_of
from quantshift.command.latest import expect_latest
from quantshift.command.run import run
from quantshift.command.summary import DECISION, REPORT
from quantshift.core.errors import QuantshiftError
from quantshift.decision import baseline
from quantshift.guards.last_run import read_config
from quantshift.storage.files import write_bytes

COMPARISON = Path("results/comparison.html")
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


def write_comparison(folder: Path, other: Path) -> Path:
    """Write the page that compares a run with another one, and return its path.

    Args:
        folder: the folder of the run.
        other: the folder of the other run.

    Raises:
        QuantshiftError: one of them has no finished run, or a file is damaged.
    """
    from quantshift.report import comparison

    if not (other / DECISION).is_file():
        raise QuantshiftError(
            f"{other} has no finished run, since {DECISION} is missing: name the folder of a run with --against"
        )
    before = baseline.read(other / DECISION)
    # The limits of both runs have the confidence of the other one.
    changes = decide(folder, {"confidence": before.policy.confidence}, before)["baseline"]
    write_bytes(folder / COMPARISON, comparison.render(changes, folder / COMPARISON.parent).encode())
    return folder / COMPARISON
