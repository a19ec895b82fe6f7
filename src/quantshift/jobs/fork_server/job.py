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

# The exit codes of CPython that are no script's: a number beyond 64 bits, and output that could not be written.
BEYOND = 255
UNWRITTEN = 120


def run(request: Request, standard: Sequence[int]) -> NoReturn:
    """Run a script as its client would, and end as Python would.

    This process has the client's environment already.

    Args:
        request: what to run.
        standard: the client's standard input, output and error.
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
        # Without what was registered to be done at exit: that is for the process that this one was forked from.
        os._exit(code)


def exit_code(script: str) -> int:
    """Run a script, and return what Python would exit with; a script that was interrupted ends this process."""
    interrupted = False
    try:
        runpy.run_path(script, run_name="__main__")
        code = 0
    except SystemExit as end:
        code = code_of(end.code)
    except BaseException as error:
        interrupted = isinstance(error, KeyboardInterrupt)
        own = own_part(error.__traceback__, script)
        sys.excepthook(type(error), error.with_traceback(own), own)
        code = 1
    finish: Any = threading._shutdown  # type: ignore[attr-defined]  # as `multiprocessing` ends what it forks
    finish()
    if not flushed():
        code = UNWRITTEN
    if interrupted:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    return code


def code_of(value: object) -> int:
    """Return the exit code of `SystemExit(value)`; what is no number is written to the standard error.

    >>> code_of(None), code_of(256 + 7), code_of(-1), code_of(2**63 - 1), code_of(2**70)
    (0, 7, 255, 255, 255)
    """
    if value is None:
        return 0
    if isinstance(value, int):
        return value & 0xFF if -(1 << 63) <= value < 1 << 63 else BEYOND
    with contextlib.suppress(Exception):
        sys.stderr.write(str(value))
    with contextlib.suppress(Exception):
        sys.stderr.write("\n")
    return 1


def own_part(stack: TracebackType | None, script: str) -> TracebackType | None:
    """Return the part of a traceback that begins in a script."""
    while stack is not None and stack.tb_frame.f_code.co_filename != script:
        stack = stack.tb_next
    return stack


def flushed() -> bool:
    """Return whether all output could be written."""
    whole = True
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except Exception:
            whole = False
    return whole
