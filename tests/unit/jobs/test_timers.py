"""A process exits although timers are pending."""

import subprocess
import sys

import pytest

PROGRAM = """
import threading
from quantshift.jobs.timers import cancel_at_exit
cancel_at_exit()
for _ in range(3):
    threading.Timer(600, print, ["late"]).start()
"""


@pytest.mark.parametrize(("end", "code"), [("", 0), ("raise RuntimeError", 1), ("raise SystemExit(3)", 3)])
def test_a_process_exits_although_timers_are_pending(end, code):
    done = subprocess.run([sys.executable, "-c", PROGRAM + end], timeout=60, capture_output=True, text=True)
    assert done.returncode == code
    assert "late" not in done.stdout
