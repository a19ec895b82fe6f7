"""Measure the evaluate stage of a study on one core and on two: how much a second core gains.

Needs the results of a study; links its models and test sets in a temporary folder and repeats the predictions, one
architecture after the other, alternating between one core and two.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Print the seconds and their ratio."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--configfile", type=Path, default=ROOT / "config/config.yaml")
    arguments.add_argument(
        "--results", type=Path, default=ROOT / "results", help="results of a finished study of --configfile"
    )
    arguments.add_argument("--models", default="*/*/*/*", help="dataset/architecture/method/seed, as a pattern")
    options = arguments.parse_args()
    files = sorted((options.results / "logits").glob(f"{options.models}/*/*.npz"))
    # A retrained model would first be retrained, on disagreements that do not exist.
    files = [file for file in files if "." not in file.parts[-4]]
    if not files:
        arguments.error(f"{options.results}/logits has no files for {options.models}: run the study first")
    by_architecture: dict[tuple[str, ...], list[Path]] = {}
    for file in files:
        by_architecture.setdefault(file.relative_to(options.results / "logits").parts[:2], []).append(file)
    totals = {1: 0.0, 2: 0.0}
    for index, (names, members) in enumerate(by_architecture.items()):
        # Alternate, because the machine's speed changes within minutes.
        for cores in (1, 2) if index % 2 else (2, 1):
            seconds = evaluation_seconds(options.results, members, options.configfile, cores)
            totals[cores] += seconds
            print(f"{'/'.join(names)}: {len(members)} jobs on {cores} cores: {seconds:.1f} s", flush=True)
    print(f"{len(files)} jobs: {totals[1]:.0f} s on one core, {totals[2]:.0f} s on two")
    print(f"two cores: {totals[1] / totals[2]:.2f} times as fast as one")


def evaluation_seconds(results: Path, files: list[Path], configfile: Path, cores: int) -> float:
    """Return the seconds that recreating logits of a finished study takes, including Snakemake's start."""
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "results").mkdir()
        for name in ("fetched", "datasets", "shifts", "models"):
            (Path(scratch) / "results" / name).symlink_to((results / name).absolute())
        command = [sys.executable, "-m", "snakemake", "--cores", str(cores), "--quiet", "all"]
        command += ["--directory", scratch, "--configfile", str(configfile.absolute())]
        command += ["--rerun-triggers", "input", "--allowed-rules", "evaluate", "--"]
        command += [f"results/{file.relative_to(results)}" for file in files]
        start = time.monotonic()
        subprocess.run(command, cwd=ROOT, check=True)
        return time.monotonic() - start


if __name__ == "__main__":
    main()
