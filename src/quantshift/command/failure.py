"""The error of a run that failed: a mistake in the user's input in one sentence, else the log and its last line."""

from pathlib import Path

from quantshift.command.exit_codes import RunFailedError
from quantshift.command.run import Outcome
from quantshift.core.errors import ERROR, INPUT_ERROR, QuantshiftError

LOCKED = "LockException"


def error_of(outcome: Outcome, directory: Path, log: Path) -> QuantshiftError:
    """Return the error of a run that failed.

    Args:
        outcome: what the run reported.
        directory: the folder of the run.
        log: the file with Snakemake's output.
    """
    if not outcome.failures:
        return _without_jobs(outcome, directory, log)
    lines = [last_line(directory / failure.log) for failure in outcome.failures]
    # A mistake in the input explains the other failures.
    mistake = next((line for line in lines if line.startswith(INPUT_ERROR)), None)
    if mistake is not None:
        return QuantshiftError(mistake.removeprefix(INPUT_ERROR))
    first, line = outcome.failures[0], lines[0]
    file = directory / first.log
    more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
    reason = line.removeprefix(ERROR) or "its log is empty, so it may have been killed, perhaps because memory ran out"
    return RunFailedError(f"the step {first.rule} failed{more}: {reason}\nits log is {file}, that of the run is {log}")


def last_line(log: Path) -> str:
    """Return the line in a job's log that states its error (see `quantshift.jobs.job`), else the last line."""
    try:
        lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return ""
    lines = [line for line in lines if line]
    return next((line for line in reversed(lines) if line.startswith((ERROR, INPUT_ERROR))), lines[-1] if lines else "")


def _without_jobs(outcome: Outcome, directory: Path, log: Path) -> QuantshiftError:
    """Return the error of a run that ended before its first job."""
    if any(text.startswith(LOCKED) for text in outcome.exceptions):
        return RunFailedError(
            f"another run works in {directory}, or one was killed there: if none works there, run "
            f"quantshift study --directory {directory} --unlock"
        )
    if outcome.exceptions:
        return RunFailedError(f"{outcome.exceptions[0].splitlines()[0]}\nthe log of the run is {log}")
    if outcome.errors:
        return QuantshiftError("\n".join(outcome.errors))
    return RunFailedError(f"the run ended with code {outcome.code}: its log is {log}")
