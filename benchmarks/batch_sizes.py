"""Inputs a second by batch size, for every architecture: what `inference.batch_size` in the config rests on.

One thread; weights are untrained and inputs random, which changes answers but not times.
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
# Inputs of each measurement, a multiple of every batch size: about a second of the slower networks.
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
    """Print a row for each architecture and variant: inputs a second, and each batch size's share of the best."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--architectures", nargs="+", choices=CASES, default=list(CASES))
    arguments.add_argument("--variants", nargs="+", default=[FLOAT32, "static_int8"])
    arguments.add_argument("--rounds", type=int, default=5)
    given = arguments.parse_args()
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    config["architectures"] |= {"densenet121": {}, "resnet50": {}}  # of the published widths, NiN is not
    study = Study(config)
    logging.disable(logging.WARNING)  # quantizers have advice that is no part of the table
    print(f"| architecture | variant | most inputs/s | {' | '.join(f'batch {size}' for size in SIZES)} |")
    print("|---" * (3 + len(SIZES)) + "|")
    for architecture in given.architectures:
        dataset, count = CASES[architecture]
        with tempfile.TemporaryDirectory() as scratch:
            network = TimedNetwork(study, dataset, architecture, Path(scratch))
            stored = {INPUT: network.stored(count)}
            for variant in given.variants:
                with contextlib.redirect_stdout(sys.stderr):
                    file = network.file(variant)
                opened = Network(file, network.signature, 1, study.inference(variant)["entries"])
                taken: dict[int, list[float]] = {size: [] for size in SIZES}
                for _ in range(given.rounds):
                    # The sizes take turns, so that a slower minute is all sizes' alike.
                    for size in SIZES:
                        began = time.process_time()
                        opened.predict(stored, size)
                        taken[size].append(time.process_time() - began)
                rates = {size: count / statistics.median(seconds) for size, seconds in taken.items()}
                best = max(rates.values())
                shares = " | ".join(f"{rate / best:.0%}" for rate in rates.values())
                print(f"| {architecture} | {variant} | {best:,.0f} | {shares} |", flush=True)


if __name__ == "__main__":
    main()
