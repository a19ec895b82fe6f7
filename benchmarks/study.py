"""How long a study takes from nothing, and what share of the core time is spent in the package's functions.

Runs the study in a folder of its own; what it fetches is fetched before the time counts, since a download measures the
network.
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
    """Print the wall time, the core time and its share in the package."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cores", type=int, default=2)
    arguments.add_argument("--configfile", type=Path, action="append", default=[])
    arguments.add_argument("--directory", type=Path, help="new folder to run in, which stays; else one that does not")
    arguments.add_argument("targets", nargs="*", help="results to make instead of all of the study's")
    given = arguments.parse_args()
    configfiles = [file.absolute() for file in given.configfile]
    if given.directory:
        given.directory.mkdir(parents=True)
        measure(given.directory.absolute(), given.cores, configfiles, given.targets)
        return
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as scratch:
        measure(Path(scratch), given.cores, configfiles, given.targets)


def measure(folder: Path, cores: int, configfiles: list[Path], targets: list[str]) -> None:
    """Run a study in an empty folder, and print what it took."""
    command = [sys.executable, "-m", "snakemake", "--directory", str(folder), "--cores", str(cores), "--quiet"]
    command += ["--configfile", *map(str, configfiles)] if configfiles else []
    subprocess.run([*command, "--until", "fetch"], cwd=ROOT, check=True)
    logs = folder / "results/logs"
    shutil.rmtree(logs)
    began = time.monotonic()
    subprocess.run([*command, "--", *targets], cwd=ROOT, check=True)
    wall = time.monotonic() - began
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
