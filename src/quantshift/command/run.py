"""Run the workflow in a child process, and collect what it reports."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from quantshift.command import workflow_files
from quantshift.command.exit_codes import RunFailedError

Event = dict[str, Any]
Report = Callable[[Event], None]
COMMAND = (sys.executable, "-P", "-m", "quantshift.command.child")


@dataclass(frozen=True)
class Failure:
    """A job that failed.

    Attributes:
        rule: its rule.
        log: its log, relative to the folder of the run.
    """

    rule: str
    log: str


@dataclass
class Outcome:
    """What a run reported.

    Attributes:
        code: exit code of Snakemake.
        interrupted: whether Ctrl-C or SIGTERM ended it.
        counts: number of jobs of each rule that it planned.
        failures: the jobs that failed.
        errors: messages about other errors, such as mistakes in the config.
        exceptions: errors that Snakemake reports with the name of their type, such as `LockException: ...`.
    """

    code: int = 0
    interrupted: bool = False
    counts: dict[str, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)

    def add(self, event: Event) -> None:
        """Record an event of `quantshift.command.child`."""
        match event["kind"]:
            case "run_info" if not self.counts:
                self.counts = {rule: count for rule, count in event["stats"].items() if rule != "total"}
            case "job_error":
                self.failures.append(Failure(event["rule_name"], next(iter(event["log"] or ()), "")))
            case "message":
                self.errors.append(event["text"])
            case "error":
                self.exceptions.append(f"{event['exception']}: {event['text']}")


def run(arguments: Sequence[str], *, log: Path | None = None, report: Report | None = None) -> Outcome:
    """Run Snakemake and return what it reported.

    Ctrl-C and SIGTERM interrupt it as in a terminal: jobs end, and their unfinished files are removed.

    Args:
        arguments: arguments of Snakemake, in addition to those by which it finds the workflow.
        log: the file for its output; None shows it.
        report: function that receives each event.

    Raises:
        RunFailedError: another run writes to the log.
    """
    outcome = Outcome()
    with ExitStack() as stack:
        output = None if log is None else stack.enter_context(_locked(log))
        reading, writing = os.pipe()
        child = subprocess.Popen(
            [*COMMAND, str(writing), *workflow_files.arguments(), *arguments],
            pass_fds=[writing],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Ctrl-C does not reach the group by itself, so that this process decides what is interrupted and when.
            process_group=0,
        )
        os.close(writing)
        stack.callback(_end, child)
        for number in (signal.SIGINT, signal.SIGTERM):
            stack.callback(signal.signal, number, signal.signal(number, _interrupter(child, outcome)))
        with os.fdopen(reading, encoding="utf-8") as events:
            for line in events:
                event = json.loads(line)
                outcome.add(event)
                if report:
                    report(event)
        outcome.code = child.wait()
    return outcome


@contextmanager
def _locked(log: Path) -> Iterator[BinaryIO]:
    """Open a log for a new run. The child process and its jobs share the lock, which ends with the last of them.

    Raises:
        RunFailedError: another run writes to it.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunFailedError(f"another run works in {log.parent}: wait until it has finished") from error
        file.truncate(0)
        yield file


def _interrupter(child: subprocess.Popen[bytes], outcome: Outcome) -> Callable[[int, object], None]:
    """Return the signal handler that passes an interrupt on to a child process and its jobs, which then end."""

    def interrupt(_signal: int, _frame: object) -> None:
        outcome.interrupted = True
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGINT)

    return interrupt


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a child process that is still running, after an error in this one."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGINT)
        child.wait()
