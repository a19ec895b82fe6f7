"""Timers that are still waiting when a program ends (standard library only)."""

import threading


def cancel_at_exit() -> None:
    """Let the process exit at once, however it ends: timers are threads that Python would wait for.

    Snakemake leaves a timer of `max-jobs-per-timespan` behind for each job that it started.
    """
    threading.Thread(target=_cancel_after_main_thread, name="cancel timers", daemon=True).start()


def _cancel_after_main_thread() -> None:
    threading.main_thread().join()
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.cancel()
