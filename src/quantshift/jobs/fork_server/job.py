"""A forked process that becomes a client's job."""

import contextlib
import os
import runpy
import signal
import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Any, NoReturn

from quantshift.jobs.fork_server.request import Request

# Exit codes of CPython itself: for `SystemExit` with a number of more than 64 bits, and for a failed flush.
OUT_OF_RANGE = 255
FLUSH_FAILED = 120


def run(request: Request, standard: Sequence[int]) -> NoReturn:
    """Run a script as its client would, and exit as Python would. This process already has the client's environment.

    Args:
        request: what to run.
        standard: descriptors of the client's standard input, output and error.
    """
    for number, descriptor in enumerate(standard):
        os.dup2(descriptor, number)
        os.close(descriptor)
    code = 1
    try:
        os.chdir(request.folder)
        sys.argv = list(request.command)
        code = exit_code(request.command[0])
    finally:
        # Skip exit handlers: they belong to the process that this one was forked from.
        os._exit(code)


def exit_code(script: str) -> int:
    """Run a script and return the exit code that Python would use; an interrupted script ends this process."""
    interrupted = False
    try:
        runpy.run_path(script, run_name="__main__")
        code = 0
    except SystemExit as end:
        code = code_of(end.code)
    except BaseException as error:
        interrupted = isinstance(error, KeyboardInterrupt)
        stack = script_part(error.__traceback__, script)
        sys.excepthook(type(error), error.with_traceback(stack), stack)
        code = 1
    finish: Any = threading._shutdown  # type: ignore[attr-defined]  # as `multiprocessing` does in its children
    finish()
    if not flushed():
        code = FLUSH_FAILED
    if interrupted:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    return code


def code_of(value: object) -> int:
    """Return the exit code of `SystemExit(value)`; write a value that is not a number to standard error.

    >>> code_of(None), code_of(256 + 7), code_of(-1), code_of(2**63 - 1), code_of(2**70)
    (0, 7, 255, 255, 255)
    """
    if value is None:
        return 0
    if isinstance(value, int):
        return value & 0xFF if -(1 << 63) <= value < 1 << 63 else OUT_OF_RANGE
    with contextlib.suppress(Exception):
        sys.stderr.write(str(value))
    with contextlib.suppress(Exception):
        sys.stderr.write("\n")
    return 1


def script_part(stack: TracebackType | None, script: str) -> TracebackType | None:
    """Return the part of a traceback that starts in a script."""
    while stack is not None and stack.tb_frame.f_code.co_filename != script:
        stack = stack.tb_next
    return stack


def flushed() -> bool:
    """Flush all output, and return whether that succeeded."""
    complete = True
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except Exception:
            complete = False
    return complete
