"""The evaluate stage of a study on one core and on two: how much of the second core is gained.

Needs a study's results; takes its models and test sets into a folder of its own (as links) and predicts anew.
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
    targets = [f"results/{file.relative_to(given.results)}" for file in found]
    taken = []
    for cores in (1, 2):
        with tempfile.TemporaryDirectory() as scratch:
            (Path(scratch) / "results").mkdir()
            for name in ("fetched", "datasets", "shifts", "models"):
                (Path(scratch) / "results" / name).symlink_to((given.results / name).absolute())
            command = [sys.executable, "-m", "snakemake", "--cores", str(cores), "--quiet", "all"]
            command += ["--directory", scratch, "--configfile", str(given.configfile.absolute())]
            command += ["--rerun-triggers", "input", "--allowed-rules", "evaluate", "--", *targets]
            began = time.monotonic()
            subprocess.run(command, cwd=ROOT, check=True)
            taken.append(time.monotonic() - began)
            print(f"{len(targets)} jobs on {cores} cores: {taken[-1]:.1f} s", flush=True)
    print(f"two cores: {taken[0] / taken[1]:.2f} times as fast as one")


if __name__ == "__main__":
    main()
