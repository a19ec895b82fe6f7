"""Speed of the static presets over float32, as an inspection measures it: what `static_int8` rests on.

Int8 weights, 8 and 7 bits of them, and uint8 weights beside float32, on one thread at the default study's batch size.
A round runs every variant in turn, and CPU seconds count, so that other programs on the machine weigh on all alike; of
each variant the quickest round counts. Weights are untrained and inputs random: they change what a model answers, not
how long it takes. `reach` is the least ratio of `static_int8` on a CPU with VNNI; the command fails below it.
"""

import argparse
import contextlib
import logging
import sys
import tempfile
import time
from pathlib import Path

import yaml

from quantshift.core.names import FLOAT32
from quantshift.export.signature import INPUT
from quantshift.inspection.coverage import coverage
from quantshift.inspection.saturation import cpu_saturates
from quantshift.inspection.speed import first
from quantshift.planning.measure import TimedNetwork
from quantshift.runtime.network import Network
from quantshift.study import Study

ROOT = Path(__file__).parents[1]
PRESETS = ("static_int8", "static_int8_portable", "static_uint8", "static_int8_per_tensor")
# Data set, inputs of a round, and the ratio that `static_int8` must reach on a CPU with VNNI.
CASES: dict[str, tuple[str, int, float | None]] = {
    "lenet1": ("mnist", 2048, None),
    "lenet5": ("mnist", 2048, None),
    "nin": ("fashion_mnist", 256, 2.6),
    "resnet20": ("fashion_mnist", 128, 1.7),
    "densenet121": ("emoji", 128, None),
    "resnet50": ("emoji", 128, 1.7),
}


def main() -> int:
    """Print a row for each architecture; return 1 where a ratio is below its reach."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--architectures", nargs="+", choices=CASES, default=list(CASES))
    arguments.add_argument("--rounds", type=int, default=12)
    given = arguments.parse_args()
    study = Study(yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8")))
    logging.disable(logging.WARNING)  # quantizers have advice that is no part of the table
    exact = not cpu_saturates()
    print(f"8-bit int8 weights {'are exact' if exact else 'saturate'} on this CPU", file=sys.stderr)
    print(f"| architecture | float32, inputs/s | {' | '.join(PRESETS)} | reach | in integers |")
    print("|---" * (len(PRESETS) + 4) + "|")
    missed = []
    for architecture in given.architectures:
        reach = CASES[architecture][2]
        with tempfile.TemporaryDirectory() as scratch:
            rates, integers = measured(study, architecture, Path(scratch), given.rounds)
        ratios = [rates[name] / rates[FLOAT32] for name in PRESETS]
        cells = [f"{rates[FLOAT32]:,.0f}", *(f"{ratio:.2f}" for ratio in ratios), f"{reach or ''}", f"{integers:.0%}"]
        print(f"| {architecture} | {' | '.join(cells)} |", flush=True)
        if exact and reach and ratios[0] < reach:
            missed.append(architecture)
    if missed:
        print(f"below reach: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


def measured(study: Study, architecture: str, folder: Path, rounds: int) -> tuple[dict[str, float], float]:
    """Return the inputs a second of each variant, and the share that `static_int8` multiplies as integers."""
    dataset, count, _ = CASES[architecture]
    network = TimedNetwork(study, dataset, architecture, folder)
    with contextlib.redirect_stdout(sys.stderr):
        files = {name: network.file(name) for name in (FLOAT32, *PRESETS)}
    opened = {name: Network(path, network.signature) for name, path in files.items()}
    inputs, size = {INPUT: network.stored(count)}, study.inference(FLOAT32)["batch_size"]
    quickest = dict.fromkeys(opened, float("inf"))
    for model in opened.values():
        model.predict(first(inputs, size), size)  # the first batch of a session is slower than the others
    for _ in range(rounds):
        for name, model in opened.items():
            began = time.process_time()
            model.predict(inputs, size)
            quickest[name] = min(quickest[name], time.process_time() - began)
    share = coverage(files[PRESETS[0]]).integer_compute_share
    return {name: count / seconds for name, seconds in quickest.items()}, share


if __name__ == "__main__":
    sys.exit(main())
