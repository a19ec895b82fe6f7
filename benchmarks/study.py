"""Measure how long a study takes from scratch, and the fraction of the core time spent in the package's functions.

Runs the study in a new folder; downloads finish before the measurement starts, because they would measure the network.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from quantshift.jobs.usage import JobUsage

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Print the wall time, and the fraction of the core time spent in the package."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cores", type=int, default=2)
    arguments.add_argument("--configfile", type=Path, action="append", default=[])
    arguments.add_argument(
        "--directory", type=Path, help="new folder for the run, which is preserved; default: a temporary folder"
    )
    arguments.add_argument("targets", nargs="*", help="results to create (default: all results of the study)")
    options = arguments.parse_args()
    configfiles = [file.absolute() for file in options.configfile]
    if options.directory:
        options.directory.mkdir(parents=True)
        measure(options.directory.absolute(), options.cores, configfiles, options.targets)
        return
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as scratch:
        measure(Path(scratch), options.cores, configfiles, options.targets)


def measure(folder: Path, cores: int, configfiles: list[Path], targets: list[str]) -> None:
    """Run a study in an empty folder, and print its durations."""
    command = [sys.executable, "-m", "snakemake", "--directory", str(folder), "--cores", str(cores), "--quiet"]
    command += ["--configfile", *map(str, configfiles)] if configfiles else []
    subprocess.run([*command, "--until", "fetch"], cwd=ROOT, check=True)
    logs = folder / "results/logs"
    shutil.rmtree(logs)
    start = time.monotonic()
    subprocess.run([*command, "--", *targets], cwd=ROOT, check=True)
    wall = time.monotonic() - start
    rules: dict[str, list[float]] = {}
    for log in sorted(logs.rglob("*.log")):
        if usage := JobUsage.from_log(log):
            rules.setdefault(log.relative_to(logs).with_suffix("").parts[0], []).append(usage.cpu_seconds)
    inside = sum(map(sum, rules.values()))
    print(f"{sum(map(len, rules.values()))} jobs, {wall:.0f} s on {cores} cores")
    for rule, seconds in rules.items():
        print(f"  {rule}: {len(seconds)} jobs, {sum(seconds):.1f} s of CPU in package functions")
    print(f"{inside:.0f} s of CPU in package functions: {inside / (cores * wall):.0%} of the core time")


if __name__ == "__main__":
    main()
