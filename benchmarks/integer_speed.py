"""Measure the speed of the static presets over float32 as inspections do, the basis of the choice of `static_int8`.

Compares 8-bit and 7-bit int8 weights and uint8 weights with float32, on one thread with the default study's batch size.
Each round runs every variant, and CPU seconds are measured, so that other programs affect all variants equally; the
fastest round of each variant counts. Weights are untrained and inputs are random, which changes answers but not
durations. `reach` is the required ratio of `static_int8` on a CPU with VNNI; the command fails below it.
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
# Data set, inputs per round, and the ratio that `static_int8` must reach on a CPU with VNNI.
CASES: dict[str, tuple[str, int, float | None]] = {
    "lenet1": ("mnist", 2048, None),
    "lenet5": ("mnist", 2048, None),
    "nin": ("fashion_mnist", 256, 2.6),
    "resnet20": ("fashion_mnist", 128, 1.7),
    "densenet121": ("emoji", 128, None),
    "resnet50": ("emoji", 128, 1.7),
}


def main() -> int:
    """Print one row per architecture; return 1 if a ratio is below its reach."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--architectures", nargs="+", choices=CASES, default=list(CASES))
    arguments.add_argument("--rounds", type=int, default=12)
    options = arguments.parse_args()
    study = Study(yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8")))
    logging.disable(logging.WARNING)  # hide the quantizers' advice
    exact = not cpu_saturates()
    print(f"8-bit int8 weights {'are exact' if exact else 'saturate'} on this CPU", file=sys.stderr)
    print(f"| architecture | float32, inputs/s | {' | '.join(PRESETS)} | reach | integer compute |")
    print("|---" * (len(PRESETS) + 4) + "|")
    missed = []
    for architecture in options.architectures:
        reach = CASES[architecture][2]
        with tempfile.TemporaryDirectory() as scratch:
            rates, integers = measured(study, architecture, Path(scratch), options.rounds)
        ratios = [rates[name] / rates[FLOAT32] for name in PRESETS]
        cells = [f"{rates[FLOAT32]:,.0f}", *(f"{ratio:.2f}" for ratio in ratios), f"{reach or ''}", f"{integers:.0%}"]
        print(f"| {architecture} | {' | '.join(cells)} |", flush=True)
        if exact and reach and ratios[0] < reach:
            missed.append(architecture)
    if missed:
        print(f"below reach: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


def measured(study: Study, architecture: str, folder: Path, rounds: int) -> tuple[dict[str, float], float]:
    """Return the inputs per second by variant, and the integer compute share of `static_int8`."""
    dataset, count, _ = CASES[architecture]
    network = TimedNetwork(study, dataset, architecture, folder)
    with contextlib.redirect_stdout(sys.stderr):
        files = {name: network.file(name) for name in (FLOAT32, *PRESETS)}
    networks = {name: Network(path, network.signature) for name, path in files.items()}
    inputs, size = {INPUT: network.stored(count)}, study.inference(FLOAT32)["batch_size"]
    fastest = dict.fromkeys(networks, float("inf"))
    for model in networks.values():
        model.predict(first(inputs, size), size)  # the first batch of a session is slower than the others
    for _ in range(rounds):
        for name, model in networks.items():
            start = time.process_time()
            model.predict(inputs, size)
            fastest[name] = min(fastest[name], time.process_time() - start)
    share = coverage(files[PRESETS[0]]).integer_compute_share
    return {name: count / seconds for name, seconds in fastest.items()}, share


if __name__ == "__main__":
    sys.exit(main())
