"""Cancellation of timers that are pending when a program ends (standard library only)."""

import threading


def cancel_at_exit() -> None:
    """Cancel pending timers when the main thread ends, so that Python does not wait for their threads.

    Snakemake leaves a timer for `max-jobs-per-timespan` behind for each job that it started.
    """
    threading.Thread(target=_cancel_after_main_thread, name="cancel timers", daemon=True).start()


def _cancel_after_main_thread() -> None:
    threading.main_thread().join()
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.cancel()
