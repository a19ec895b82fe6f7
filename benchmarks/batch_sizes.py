"""Measure inputs per second by batch size for every architecture, the basis of `inference.batch_size` in the config.

Uses one thread, untrained weights and random inputs, which change answers but not durations.
"""

import argparse
import contextlib
import logging
import statistics
import sys
import tempfile
import time
from pathlib import Path

import yaml

from quantshift.core.names import FLOAT32
from quantshift.export.signature import INPUT
from quantshift.planning.measure import TimedNetwork
from quantshift.runtime.network import Network
from quantshift.study import Study

ROOT = Path(__file__).parents[1]
SIZES = (1, 4, 16, 32, 64, 128, 256)
# Inputs per measurement, a multiple of every batch size: about a second for the slower networks.
CASES = {
    "lenet1": ("mnist", 4096),
    "lenet5": ("mnist", 4096),
    "nin": ("fashion_mnist", 512),
    "resnet20": ("fashion_mnist", 512),
    "lstm": ("imdb", 1024),
    "gru": ("imdb", 1024),
    "densenet121": ("emoji", 256),
    "resnet50": ("emoji", 256),
}


def main() -> None:
    """Print one row per architecture and variant: the most inputs per second, and each batch size relative to it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--architectures", nargs="+", choices=CASES, default=list(CASES))
    arguments.add_argument("--variants", nargs="+", default=[FLOAT32, "static_int8"])
    arguments.add_argument("--rounds", type=int, default=5)
    options = arguments.parse_args()
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    config["architectures"] |= {"densenet121": {}, "resnet50": {}}  # the published widths, except for NiN
    study = Study(config)
    logging.disable(logging.WARNING)  # hide the quantizers' advice
    print(f"| architecture | variant | most inputs/s | {' | '.join(f'batch {size}' for size in SIZES)} |")
    print("|---" * (3 + len(SIZES)) + "|")
    for architecture in options.architectures:
        dataset, count = CASES[architecture]
        with tempfile.TemporaryDirectory() as scratch:
            network = TimedNetwork(study, dataset, architecture, Path(scratch))
            stored = {INPUT: network.stored(count)}
            for variant in options.variants:
                with contextlib.redirect_stdout(sys.stderr):
                    file = network.file(variant)
                runnable = Network(file, network.signature, 1, study.inference(variant)["entries"])
                durations: dict[int, list[float]] = {size: [] for size in SIZES}
                for _ in range(options.rounds):
                    # Alternate between sizes, so that a slower minute affects all of them.
                    for size in SIZES:
                        start = time.process_time()
                        runnable.predict(stored, size)
                        durations[size].append(time.process_time() - start)
                rates = {size: count / statistics.median(seconds) for size, seconds in durations.items()}
                best = max(rates.values())
                shares = " | ".join(f"{rate / best:.0%}" for rate in rates.values())
                print(f"| {architecture} | {variant} | {best:,.0f} | {shares} |", flush=True)


if __name__ == "__main__":
    main()
