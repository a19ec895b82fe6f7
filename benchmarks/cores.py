"""The evaluate stage of a study on one core and on two: how much of the second core is gained.

Needs a study's results; takes its models and test sets into a folder of its own (as links) and predicts anew, one
architecture after the other, on one core and on two in turns.
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
    arguments.add_argument("--results", type=Path, default=ROOT / "results", help="of a finished study of --configfile")
    arguments.add_argument("--models", default="*/*/*/*", help="dataset/architecture/method/seed, as a pattern")
    given = arguments.parse_args()
    found = sorted((given.results / "logits").glob(f"{given.models}/*/*.npz"))
    # A retrained model would be trained anew first, of disagreements that are not there.
    found = [file for file in found if "." not in file.parts[-4]]
    if not found:
        arguments.error(f"{given.results}/logits has nothing of {given.models}: run the study first")
    parts: dict[tuple[str, ...], list[Path]] = {}
    for file in found:
        parts.setdefault(file.relative_to(given.results / "logits").parts[:2], []).append(file)
    taken = {1: 0.0, 2: 0.0}
    for number, (names, files) in enumerate(parts.items()):
        # In turns, since the machine's own speed changes within minutes.
        for cores in (1, 2) if number % 2 else (2, 1):
            seconds = evaluated(given.results, files, given.configfile, cores)
            taken[cores] += seconds
            print(f"{'/'.join(names)}: {len(files)} jobs on {cores} cores: {seconds:.1f} s", flush=True)
    print(f"{len(found)} jobs: {taken[1]:.0f} s on one core, {taken[2]:.0f} s on two")
    print(f"two cores: {taken[1] / taken[2]:.2f} times as fast as one")


def evaluated(results: Path, files: list[Path], configfile: Path, cores: int) -> float:
    """Return the seconds that it takes to make some logits of a finished study anew, Snakemake's start and all."""
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "results").mkdir()
        for name in ("fetched", "datasets", "shifts", "models"):
            (Path(scratch) / "results" / name).symlink_to((results / name).absolute())
        command = [sys.executable, "-m", "snakemake", "--cores", str(cores), "--quiet", "all"]
        command += ["--directory", scratch, "--configfile", str(configfile.absolute())]
        command += ["--rerun-triggers", "input", "--allowed-rules", "evaluate", "--"]
        command += [f"results/{file.relative_to(results)}" for file in files]
        began = time.monotonic()
        subprocess.run(command, cwd=ROOT, check=True)
        return time.monotonic() - began


if __name__ == "__main__":
    main()
