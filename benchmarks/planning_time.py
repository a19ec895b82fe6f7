"""Measure Snakemake's planning time for the paper's study without results and for a finished study.

Alternates with a bare workflow of equally many jobs with one input and one output, the time of Snakemake itself.
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
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        paper = study(ROOT / "config/paper.yaml", Path(scratch, "paper"))
        measure("dry run of config/paper.yaml", paper, Path(scratch, "bare"), options.rounds, finished=False)
        if options.finished:
            finished = study(options.configfile, options.finished)
            name = f"{options.configfile.name}, finished"
            measure(name, finished, Path(scratch, "finished"), options.rounds, finished=True)


def study(config: Path, folder: Path) -> list[str]:
    """Return the arguments that plan a study in a folder."""
    return ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder), "--configfile", str(config.absolute())]


def measure(name: str, planned: list[str], folder: Path, rounds: int, *, finished: bool) -> None:
    """Alternate between planning a study and a bare workflow of equally many jobs, and print the median times."""
    totals = re.findall(r"^total +(\d+)$", dry_run([*planned, "--forceall"]), re.MULTILINE)
    jobs = int(totals[0])
    if finished and "Nothing to be done" not in dry_run(planned):
        raise SystemExit(f"{name}: the study is not finished; finish it before measuring")
    bare_workflow = bare(folder, jobs // STAGES, finished=finished)
    ours, theirs = zip(*((seconds(planned), seconds(bare_workflow)) for _ in range(rounds)), strict=True)
    print(f"{name}: {jobs} jobs, {statistics.median(ours):.1f} s; bare: {statistics.median(theirs):.1f} s")


def bare(folder: Path, chains: int, *, finished: bool) -> list[str]:
    """Write a workflow of chains of jobs without functions, and return the arguments that plan it."""
    folder.mkdir()
    rules = [f"rule all:\n    input: [f'{STAGES}/{{chain}}' for chain in range({chains})]\n"]
    for stage in range(1, STAGES + 1):
        inputs = f"    input: '{stage - 1}/{{chain}}'\n" if stage > 1 else ""
        outputs = f"    output: '{stage}/{{chain}}'\n    log: 'logs/{stage}/{{chain}}'\n    shell: 'touch {{output}}'\n"
        rules.append(f"rule stage{stage}:\n{inputs}{outputs}")
    (folder / "Snakefile").write_text("".join(rules), encoding="utf-8")
    for stage in range(1, STAGES + 1 if finished else 1):
        (folder / str(stage)).mkdir()
        for chain in range(chains):
            (folder / str(stage) / str(chain)).touch()
    return ["--snakefile", str(folder / "Snakefile"), "--directory", str(folder)]


def seconds(planned: list[str]) -> float:
    """Return the seconds that a dry run takes."""
    start = time.perf_counter()
    dry_run(planned)
    return time.perf_counter() - start


def dry_run(planned: list[str]) -> str:
    """Plan and return Snakemake's output."""
    command = [sys.executable, "-m", "snakemake", "-n", "--quiet", "rules", *planned]
    process = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return process.stdout + process.stderr


if __name__ == "__main__":
    main()
