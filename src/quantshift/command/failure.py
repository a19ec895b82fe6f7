"""The error of a run that failed: a mistake in the user's input in one sentence, else the log and its last line."""

from pathlib import Path

from quantshift.command.exit_codes import RunFailedError
from quantshift.command.run import Outcome
from quantshift.core.errors import QuantshiftError

# Rules that read the user's files: an error that they explain is one of the input.
READING = ("given_model", "given_variant", "given_data", "given_shift", "given_corruption", "given_record")
# The start of the line by which a job explains its error (see `quantshift.jobs.job`).
ERROR = "error: "
# The end of that line for an error that is not explained.
UNEXPLAINED = "for the traceback)"
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
    # An error in the input explains the others.
    failures = sorted(outcome.failures, key=lambda failure: failure.rule not in READING)
    first = failures[0]
    file = directory / first.log
    line = last_line(file)
    explained = line.startswith(ERROR) and not line.endswith(UNEXPLAINED)
    if first.rule in READING and explained:
        return QuantshiftError(line.removeprefix(ERROR))
    more = f" (and {len(failures) - 1} more)" if len(failures) > 1 else ""
    reason = line.removeprefix(ERROR) or "its log is empty, so it may have been killed, perhaps because memory ran out"
    return RunFailedError(f"the step {first.rule} failed{more}: {reason}\nits log is {file}, that of the run is {log}")


def last_line(log: Path) -> str:
    """Return the line in a job's log that states its error: the last that begins with `error:`, else the last line."""
    try:
        lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return ""
    lines = [line for line in lines if line]
    return next((line for line in reversed(lines) if line.startswith(ERROR)), lines[-1] if lines else "")


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
    return RunFailedError(f"Snakemake ended with code {outcome.code}: its log is {log}")
