"""Inputs a second of `evaluate` against what a user would do otherwise, for every variant of four architectures.

All run the same files and session options on one thread: a bare onnxruntime loop whose float32 inputs are ready in
memory, at the variant's batch size and at one input at a time as the published artefact runs them, and torch in eager
mode. Ours starts from the stored bytes on the disk; once more as the workflow's own job, with the start of its process,
the opening of the model and the writing of the logits, as these weigh on a job of 10,000 inputs. Weights are untrained
and inputs random: they change what a model answers, not how long it takes.
"""

import argparse
import contextlib
import json
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
import yaml
from numpy.typing import NDArray

from quantshift.core.names import FLOAT32
from quantshift.core.signature import TRAINED
from quantshift.data.preprocessing import prepare
from quantshift.export.signature import INPUT
from quantshift.jobs.fork_server import start as fork_server
from quantshift.planning.measure import TimedNetwork
from quantshift.runtime.network import Network
from quantshift.storage.arrays import read_array, write_array
from quantshift.storage.records import write_record
from quantshift.study import Study

ROOT = Path(__file__).parents[1]
# Inputs of each measurement: a job has 10,000 and more, and larger networks show the same with fewer.
CASES: dict[str, tuple[str, int, tuple[int, ...] | None]] = {
    "lenet5": ("mnist", 10_000, None),
    "resnet20": ("fashion_mnist", 2_000, None),
    "resnet50": ("emoji", 200, (3, 64, 64)),
    "lstm": ("imdb", 4_000, None),
}
SINGLE = 300
JOB_INPUTS = 10_000
JOB = ROOT / "workflow/scripts/evaluate.py"


def main() -> None:
    """Print a row for each architecture and variant."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--architectures", nargs="+", choices=CASES, default=list(CASES))
    arguments.add_argument("--rounds", type=int, default=5)
    given = arguments.parse_args()
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    config["architectures"] |= {"densenet121": {}, "resnet50": {}}  # of the published widths
    study = Study(config)
    torch.set_num_threads(1)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as jobs get it: workflow/rules/common.smk
    fork_server.start(ROOT / "build/fork_server.log")
    logging.disable(logging.WARNING)  # quantizers have advice that is no part of the table
    print("| architecture | variant | batch | inputs/s | / bare loop | with start | / one at a time | / torch |")
    print("|---|---|---|---|---|---|---|---|")
    for architecture in given.architectures:
        dataset, count, shape = CASES[architecture]
        with tempfile.TemporaryDirectory() as scratch:
            network = TimedNetwork(study, dataset, architecture, Path(scratch), shape)
            write_array(Path(scratch) / "inputs.npy", network.stored(count))
            record = {**network.signature, "id": "", "origin": TRAINED, "facets": {}}
            write_record(Path(scratch) / "model.json", record)
            for variant in study.variants:
                with contextlib.redirect_stdout(sys.stderr):
                    network.file(variant)
                print(row(network, architecture, variant, Path(scratch), given.rounds), flush=True)


def row(network: TimedNetwork, architecture: str, variant: str, folder: Path, rounds: int) -> str:
    """Return one row of the table: medians over the rounds, in which all take turns."""
    settings = network.study.inference(variant)
    size, entries = settings["batch_size"], settings["entries"]
    ours = Network(network.file(variant), network.signature, 1, entries)
    opened = ours.session
    stored = read_array(folder / "inputs.npy")
    ready = prepare(np.asarray(stored), network.signature["inputs"][0])
    few = ready[:SINGLE]
    network.model.eval()
    job = [*fork_server.command(), str(JOB), "--log", str(folder / "log"), "--inference", json.dumps(settings)]
    job += [
        "--model",
        str(network.file(variant)),
        "--record",
        str(folder / "model.json"),
        "--test-sets",
        str(folder / "inputs.npy"),
    ]
    job += ["--test-set-keys", "none/0", "--logits", str(folder / "logits.npz")]
    works: dict[str, tuple[Callable[[], Any], int]] = {
        "ours": (lambda: ours.predict({INPUT: stored}, size), len(ready)),
        "bare": (lambda: loop(opened, ready, size), len(ready)),
        "process": (lambda: subprocess.run(job, check=True, capture_output=True), len(ready)),
        "single": (lambda: loop(opened, few, 1), len(few)),
    }
    if variant == FLOAT32:
        works["torch"] = (lambda: eager(network, stored, size), len(ready))
    loop(opened, few, size)
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, (work, count) in works.items():
            began = time.perf_counter()
            work()
            taken[name].append((time.perf_counter() - began) / count)

    def ratio(name: str) -> str:
        if name not in taken:
            return ""
        return f"{statistics.median(other / own for own, other in zip(taken['ours'], taken[name], strict=True)):.2f}"

    # Where fewer inputs were run, what the process took beyond them is its start.
    started = [
        bare * JOB_INPUTS / (own * JOB_INPUTS + (process - own) * len(ready))
        for bare, own, process in zip(taken["bare"], taken["ours"], taken["process"], strict=True)
    ]
    columns = [ratio("bare"), f"{statistics.median(started):.2f}", ratio("single"), ratio("torch")]
    rate = 1 / statistics.median(taken["ours"])
    return " | ".join([f"| {architecture}", variant, str(size), f"{rate:,.0f}", *columns]) + " |"


def loop(opened: onnxruntime.InferenceSession, ready: NDArray[Any], size: int) -> NDArray[np.float32]:
    """Return the logits by a bare loop over inputs that are ready in memory."""
    logits = np.empty((len(ready), opened.get_outputs()[0].shape[1]), dtype=np.float32)
    for start in range(0, len(ready), size):
        logits[start : start + size] = opened.run(None, {INPUT: ready[start : start + size]})[0]
    return logits


def eager(network: TimedNetwork, stored: NDArray[Any], size: int) -> None:
    """Run torch over the stored inputs."""
    with torch.no_grad():
        for start in range(0, len(stored), size):
            network.model(network.loader(stored[start : start + size]))


if __name__ == "__main__":
    main()
