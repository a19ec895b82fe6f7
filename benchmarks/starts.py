"""How long jobs take to begin: by themselves, and forked from processes that have imported what they need.

Each script is started without its arguments, which it says after its imports; both ways in turns.
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
MISUSED = 2  # the exit code of a command line that lacks an argument


def main() -> None:
    """Print a row for each script that has a command line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=10)
    rounds = arguments.parse_args().rounds
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as jobs get it: workflow/rules/common.smk
    fork_server.start(SCRIPTS.parents[1] / "build/fork_server.log")
    print("| script | by itself | forked | times as fast |")
    print("|---|---|---|---|")
    for script in sorted(SCRIPTS.glob("*.py")):
        if "given = arguments(" not in script.read_text(encoding="utf-8"):
            continue
        seconds(script, forked=True)  # which imports
        pairs = [(seconds(script, forked=False), seconds(script, forked=True)) for _ in range(rounds)]
        alone, forked = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"| `{script.stem}` | {alone:.3f} s | {forked:.3f} s | {alone / forked:.0f} |", flush=True)


def seconds(script: Path, *, forked: bool) -> float:
    """Return how long a script takes until it says that its arguments are missing."""
    environment = os.environ if forked else {**os.environ, ADDRESS: OFF}
    began = time.perf_counter()
    done = subprocess.run([*fork_server.command(), str(script)], capture_output=True, env=environment, check=False)
    taken = time.perf_counter() - began
    assert done.returncode == MISUSED, done.stderr
    return taken


if __name__ == "__main__":
    main()
