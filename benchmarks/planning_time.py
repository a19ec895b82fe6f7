"""How long Snakemake takes to find out what is to be done: the paper's study from nothing, and a study that is done."""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Print the medians."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--finished", type=Path, help="folder with the results of a finished study of --configfile")
    arguments.add_argument("--configfile", default="config/config.yaml")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        print(f"dry run of config/paper.yaml: {dry_run('config/paper.yaml', scratch, given.rounds):.1f} s")
    if given.finished:
        seconds = dry_run(given.configfile, str(given.finished), given.rounds)
        print(f"{given.configfile}, when all is done: {seconds:.1f} s")


def dry_run(config: str, folder: str, rounds: int) -> float:
    """Return the median seconds of a dry run."""
    command = [sys.executable, "-m", "snakemake", "-n", "--quiet", "--directory", folder, "--configfile", config]
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
