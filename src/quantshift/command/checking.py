"""Prepare and run the check of a user's own model."""

import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quantshift.command import automatic, config_file, workflow_files
from quantshift.command.config import Given, config_of, overridden, shown_from_here
from quantshift.command.failure import error_of
from quantshift.command.progress import Progress, duration
from quantshift.command.run import Outcome, run
from quantshift.command.settings import in_terms_of_options
from quantshift.configuration.check import check
from quantshift.configuration.reading import read
from quantshift.configuration.sources import Source
from quantshift.configuration.user_files import CONFIG_FILE
from quantshift.core.errors import QuantshiftError

LOG = "quantshift.log"
RESULTS = "results"
# The name of the options among the sources of the config; no message shows it.
OPTIONS = "options"


def prepare(
    model: Path | None,
    folder: Path,
    options: Mapping[str, Any],
    given: Given,
    *,
    force: bool,
    dry_run: bool,
) -> Path:
    """Write the config of a check, and return its file.

    Args:
        model: the user's model; None for a check that has a config.
        folder: the folder of the run.
        options: values of `quantshift.command.settings.SETTINGS` by name.
        given: what the options that may be repeated state.
        force: whether to replace a config that was edited.
        dry_run: whether the config is for a dry run, which leaves that of the folder as it is.

    Raises:
        QuantshiftError: an option is wrong, or the folder has another config or results of another run.
    """
    file = folder / CONFIG_FILE
    if model is None:
        if not file.is_file():
            raise QuantshiftError(
                f"{folder} has no {CONFIG_FILE}: name the model to check, as in quantshift check model.onnx "
                "--data test.npz, or write an example with quantshift init"
            )
        return file
    if not file.exists() and (folder / RESULTS / "run.json").exists():
        raise QuantshiftError(f"{folder} has the results of another run: choose another folder with --directory")
    default = workflow_files.default_config()
    defaults = read(default, str(default))
    if options["shifts"] is not None:
        options = {**options, "shifts": automatic.decide(options["shifts"], options["data"])}
    config = config_of(model, folder, options, given, defaults)
    _expect_valid(config, defaults)
    if dry_run:
        file = Path(tempfile.mkdtemp(prefix="quantshift-")) / CONFIG_FILE
    copy = config_file.store(config, file, force=force)
    if copy:
        print(f"the edited {CONFIG_FILE} is now {copy}", file=sys.stderr)
    return file


def planned(file: Path, folder: Path) -> dict[str, int]:
    """Return the number of steps of each kind that would run, without running or writing any.

    Raises:
        QuantshiftError: the config or a file is wrong.
    """
    # Snakemake creates the folder that it works in.
    existed = folder.exists()
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / LOG
        try:
            outcome = run(["--configfile", str(file.absolute()), "--directory", str(folder), "--dry-run"], log=log)
            if outcome.code:
                raise _error(outcome, file, folder, log)
        finally:
            if not existed:
                shutil.rmtree(folder, ignore_errors=True)
            if file.parent != folder:
                shutil.rmtree(file.parent)
    return outcome.counts


def execute(file: Path, folder: Path, cores: int) -> bool:
    """Run the workflow, and return whether it was not interrupted.

    Args:
        file: the config.
        folder: the folder of the run.
        cores: number of CPU cores.

    Raises:
        QuantshiftError: the input is wrong.
        RunFailedError: a step failed.
    """
    log = folder / LOG
    progress = Progress(cores)
    outcome = run(
        ["--configfile", str(file.absolute()), "--directory", str(folder), "--cores", str(cores)],
        log=log,
        report=progress,
    )
    progress.end()
    if outcome.interrupted:
        return False
    if outcome.code:
        raise _error(outcome, file, folder, log)
    if progress.total:
        print(f"{progress.total} steps in {duration(progress.seconds())}; log: {log}", file=sys.stderr)
    else:
        print("nothing has changed since the last run", file=sys.stderr)
    return True


def _error(outcome: Outcome, file: Path, folder: Path, log: Path) -> QuantshiftError:
    """Return the error of a run; a job's error has the paths of the user's files as they are from this folder.

    An error in the config has the paths that the config has.
    """
    error = error_of(outcome, folder, log)
    return type(error)(shown_from_here(str(error), read(file, str(file)), folder)) if outcome.failures else error


def _expect_valid(config: Mapping[str, Any], defaults: dict[str, Any]) -> None:
    """Check a config that was built from options; messages name the options.

    Raises:
        QuantshiftError: an option is wrong.
    """
    merged = overridden(defaults, config)
    try:
        # Click has checked that the files exist. Relative paths in the config start in the folder of the run.
        check(merged, fetching=False, sources=[Source(OPTIONS, config)])
    except QuantshiftError as error:
        lines = (line.removeprefix(f"{OPTIONS}: ") for line in str(error).splitlines())
        raise QuantshiftError(in_terms_of_options("\n".join(lines))) from error
