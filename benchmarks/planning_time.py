"""How long Snakemake takes to find out what is to be done: the paper's study from nothing, and a study that is done.

Beside each, in turns, a bare workflow of as many jobs: what Snakemake itself takes for one input and one output a job.
"""

import argparse
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
STAGES = 5


def main() -> None:
    """Print the medians."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--finished", type=Path, help="folder with the results of a finished study of --configfile")
    arguments.add_argument("--configfile", type=Path, default=ROOT / "config/config.yaml")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        paper = study(ROOT / "config/paper.yaml", Path(scratch, "paper"))
        told("dry run of config/paper.yaml", paper, Path(scratch, "bare"), given.rounds, finished=False)
        if given.finished:
            done = study(given.configfile, given.finished)
            told(f"{given.configfile.name}, when all is done", done, Path(scratch, "done"), given.rounds, finished=True)


def study(config: Path, folder: Path) -> list[str]:
    """Return the arguments that plan a study in a folder."""
    return ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder), "--configfile", str(config.absolute())]


def told(what: str, planned: list[str], folder: Path, rounds: int, *, finished: bool) -> None:
    """Time a plan and a bare workflow of as many jobs, in turns, and print the medians."""
    found = re.findall(r"^total +(\d+)$", dry_run([*planned, "--forceall"]), re.MULTILINE)
    jobs = int(found[0])
    if finished and "Nothing to be done" not in dry_run(planned):
        raise SystemExit(f"{what}: something is left to run, which would measure something else")
    nothing = bare(folder, jobs // STAGES, finished=finished)
    ours, theirs = zip(*((seconds(planned), seconds(nothing)) for _ in range(rounds)), strict=True)
    print(f"{what}: {jobs} jobs, {statistics.median(ours):.1f} s; bare: {statistics.median(theirs):.1f} s")


def bare(folder: Path, chains: int, *, finished: bool) -> list[str]:
    """Write a workflow of chains of jobs without functions, and return the arguments that plan it."""
    folder.mkdir()
    rules = [f"rule all:\n    input: [f'{STAGES}/{{chain}}' for chain in range({chains})]\n"]
    for stage in range(1, STAGES + 1):
        needed = f"    input: '{stage - 1}/{{chain}}'\n" if stage > 1 else ""
        made = f"    output: '{stage}/{{chain}}'\n    log: 'logs/{stage}/{{chain}}'\n    shell: 'touch {{output}}'\n"
        rules.append(f"rule stage{stage}:\n{needed}{made}")
    (folder / "Snakefile").write_text("".join(rules), encoding="utf-8")
    for stage in range(1, STAGES + 1 if finished else 1):
        (folder / str(stage)).mkdir()
        for chain in range(chains):
            (folder / str(stage) / str(chain)).touch()
    return ["--snakefile", str(folder / "Snakefile"), "--directory", str(folder)]


def seconds(planned: list[str]) -> float:
    """Return how long a dry run takes."""
    began = time.perf_counter()
    dry_run(planned)
    return time.perf_counter() - began


def dry_run(planned: list[str]) -> str:
    """Plan and return what Snakemake says."""
    command = [sys.executable, "-m", "snakemake", "-n", "--quiet", "rules", *planned]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout + done.stderr


if __name__ == "__main__":
    main()
