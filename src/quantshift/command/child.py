"""Snakemake as a child process that reports its events: `python -m quantshift.command.child DESCRIPTOR argument ...`.

Events come from Snakemake's interface for logger plugins, as structured data, so nothing depends on the wording of its
output. Each is one line of JSON on the file descriptor, which is a pipe. When nobody reads it any more, since the
parent process has ended, this process is interrupted as by Ctrl-C.
"""

import contextlib
import json
import logging
import os
import select
import signal
import sys
import threading
from typing import Any

from snakemake import cli
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.registry import LoggerPluginRegistry

NAME = "quantshift-events"
# The details to report of each kind of event.
DETAILS = {
    "run_info": ("stats",),
    "job_info": ("jobid", "rule_name"),
    "job_finished": ("job_id",),
    "job_error": ("jobid", "rule_name", "log"),
    "progress": ("done", "total"),
    "error": ("exception",),
}
# The kind of messages that are no events, such as those of the Snakefile.
MESSAGE = "message"
_DESCRIPTOR = -1


def event_of(record: logging.LogRecord) -> dict[str, Any] | None:
    """Return the event that a record of Snakemake's log describes, or None if it is not needed."""
    event = getattr(record, "event", None)
    kind = MESSAGE if event is None else str(event.value)
    details = {name: getattr(record, name, None) for name in DETAILS.get(kind, ())}
    if kind in (MESSAGE, "error"):
        if record.levelno < logging.ERROR:
            return None
        details["text"] = record.getMessage()
    return {"kind": kind, **details} if details else None


class LogHandler(LogHandlerBase):
    """The plugin's handler, which the interface finds by this name."""

    writes_to_stream = False
    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False

    def emit(self, record: logging.LogRecord) -> None:
        """Report a record."""
        if event := event_of(record):
            # Without a parent nobody reads.
            with contextlib.suppress(BrokenPipeError):
                os.write(_DESCRIPTOR, (json.dumps(event, default=str) + "\n").encode())


def _end_with_reader() -> None:
    poll = select.poll()
    # Without events to wait for, it returns when the other end is closed.
    poll.register(_DESCRIPTOR, 0)
    poll.poll()
    os.kill(os.getpid(), signal.SIGINT)


def main() -> None:
    """Run Snakemake with the arguments of this process after the descriptor, and exit with its code.

    The first argument must be an option, since `--logger` accepts several values.
    """
    global _DESCRIPTOR
    _DESCRIPTOR = int(sys.argv[1])
    os.set_inheritable(_DESCRIPTOR, False)
    # A shell starts background jobs with this signal ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_end_with_reader, name="end with reader", daemon=True).start()
    LoggerPluginRegistry().register_plugin(f"snakemake_logger_plugin_{NAME}", sys.modules[__name__])
    # The profile checks the config files that the process's arguments name.
    sys.argv = ["snakemake", *sys.argv[2:]]
    cli.main(["--logger", NAME, *sys.argv[1:]])


if __name__ == "__main__":
    main()
