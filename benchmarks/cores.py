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
    arguments.add_argument("--configfile", default="config/mnist.yaml")
    arguments.add_argument("--results", type=Path, default=ROOT / "results")
    given = arguments.parse_args()
    models = sorted((given.results / "models").glob("mnist/*/*/0/float32.onnx"))
    if not models:
        arguments.error(f"{given.results}/models has no models of MNIST: run make study CONFIG=config/mnist.yaml first")
    variants = [file for model in models for file in sorted(model.parent.glob("*.onnx"))]
    targets = [
        f"results/logits/{variant.parent.relative_to(given.results / 'models')}/{variant.stem}/{suite}.npz"
        for variant in variants
        if "." not in variant.parts[-3]
        for suite in ("clean", "mnist_c", "digits")
    ]
    taken = []
    for cores in (1, 2):
        with tempfile.TemporaryDirectory() as scratch:
            (Path(scratch) / "results").mkdir()
            for name in ("fetched", "datasets", "shifts", "models"):
                (Path(scratch) / "results" / name).symlink_to((given.results / name).absolute())
            command = [sys.executable, "-m", "snakemake", "--cores", str(cores), "--quiet", "all"]
            command += ["--directory", scratch, "--configfile", given.configfile]
            command += ["--rerun-triggers", "input", "--", *targets]
            began = time.monotonic()
            subprocess.run(command, cwd=ROOT, check=True)
            taken.append(time.monotonic() - began)
            print(f"{len(targets)} jobs on {cores} cores: {taken[-1]:.1f} s", flush=True)
    print(f"two cores: {taken[0] / taken[1]:.2f} times as fast as one")


if __name__ == "__main__":
    main()
