"""Measure how long jobs take to start, standalone and forked from processes that have imported their modules.

Each script runs without its arguments and exits after its imports; standalone and forked starts alternate.
"""

import argparse
import os
import statistics
import subprocess
import time
from pathlib import Path

from quantshift.jobs.fork_server import start as fork_server
from quantshift.jobs.fork_server.client import ADDRESS, OFF

SCRIPTS = Path(__file__).parents[1] / "workflow/scripts"
MISUSED = 2  # the exit code for missing command-line arguments


def main() -> None:
    """Print one row per script that has a command line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=10)
    rounds = arguments.parse_args().rounds
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as in jobs: workflow/rules/common.smk
    fork_server.start(SCRIPTS.parents[1] / "build/fork_server.log")
    print("| script | standalone | forked | ratio |")
    print("|---|---|---|---|")
    for script in sorted(SCRIPTS.glob("*.py")):
        if " = parse_arguments(" not in script.read_text(encoding="utf-8"):
            continue
        seconds(script, forked=True)  # imports the script's modules
        pairs = [(seconds(script, forked=False), seconds(script, forked=True)) for _ in range(rounds)]
        standalone, forked = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"| `{script.stem}` | {standalone:.3f} s | {forked:.3f} s | {standalone / forked:.0f} |", flush=True)


def seconds(script: Path, *, forked: bool) -> float:
    """Return the seconds until a script reports that its arguments are missing."""
    environment = os.environ if forked else {**os.environ, ADDRESS: OFF}
    start = time.perf_counter()
    process = subprocess.run([*fork_server.command(), str(script)], capture_output=True, env=environment, check=False)
    duration = time.perf_counter() - start
    assert process.returncode == MISUSED, process.stderr
    return duration


if __name__ == "__main__":
    main()
