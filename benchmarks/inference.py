"""Compare the inputs per second of `evaluate` with alternatives, for every variant of four architectures.

The alternatives use the same files and session options on one thread: a bare onnxruntime loop over float32 inputs in
memory, with the variant's batch size and with one input at a time as in the published artefact, and torch in eager
mode. `evaluate` reads stored bytes from disk. It is also measured as a job of the workflow with 10,000 inputs,
including the start of its process, loading the model and writing the logits. Weights are untrained and inputs are
random, which changes answers but not durations.
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
# Inputs per measurement: jobs have 10,000 or more; for larger networks, fewer give the same result.
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
    """Print one row per architecture and variant."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--architectures", nargs="+", choices=CASES, default=list(CASES))
    arguments.add_argument("--rounds", type=int, default=5)
    options = arguments.parse_args()
    config = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    config["architectures"] |= {"densenet121": {}, "resnet50": {}}  # the published widths
    study = Study(config)
    torch.set_num_threads(1)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as in jobs: workflow/rules/common.smk
    fork_server.start(ROOT / "build/fork_server.log")
    logging.disable(logging.WARNING)  # hide the quantizers' advice
    print("| architecture | variant | batch | inputs/s | / bare loop | with start | / one at a time | / torch |")
    print("|---|---|---|---|---|---|---|---|")
    for architecture in options.architectures:
        dataset, count, shape = CASES[architecture]
        with tempfile.TemporaryDirectory() as scratch:
            network = TimedNetwork(study, dataset, architecture, Path(scratch), shape)
            write_array(Path(scratch) / "inputs.npy", network.stored(count))
            record = {**network.signature, "id": "", "origin": TRAINED, "facets": {}}
            write_record(Path(scratch) / "model.json", record)
            for variant in study.variants:
                with contextlib.redirect_stdout(sys.stderr):
                    network.file(variant)
                print(row(network, architecture, variant, Path(scratch), options.rounds), flush=True)


def row(network: TimedNetwork, architecture: str, variant: str, folder: Path, rounds: int) -> str:
    """Return one row of the table: medians over rounds that alternate between all alternatives."""
    settings = network.study.inference(variant)
    size, entries = settings["batch_size"], settings["entries"]
    ours = Network(network.file(variant), network.signature, 1, entries)
    session = ours.session
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
        "bare": (lambda: loop(session, ready, size), len(ready)),
        "process": (lambda: subprocess.run(job, check=True, capture_output=True), len(ready)),
        "single": (lambda: loop(session, few, 1), len(few)),
    }
    if variant == FLOAT32:
        works["torch"] = (lambda: eager(network, stored, size), len(ready))
    loop(session, few, size)
    durations: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, (work, count) in works.items():
            start_time = time.perf_counter()
            work()
            durations[name].append((time.perf_counter() - start_time) / count)

    def ratio(name: str) -> str:
        if name not in durations:
            return ""
        ratios = [theirs / mine for mine, theirs in zip(durations["ours"], durations[name], strict=True)]
        return f"{statistics.median(ratios):.2f}"

    # For fewer inputs, the start takes the time of the process minus that of the prediction.
    started = [
        bare * JOB_INPUTS / (mine * JOB_INPUTS + (process - mine) * len(ready))
        for bare, mine, process in zip(durations["bare"], durations["ours"], durations["process"], strict=True)
    ]
    columns = [ratio("bare"), f"{statistics.median(started):.2f}", ratio("single"), ratio("torch")]
    rate = 1 / statistics.median(durations["ours"])
    return " | ".join([f"| {architecture}", variant, str(size), f"{rate:,.0f}", *columns]) + " |"


def loop(session: onnxruntime.InferenceSession, ready: NDArray[Any], size: int) -> NDArray[np.float32]:
    """Return the logits, by a bare loop over inputs in memory."""
    logits = np.empty((len(ready), session.get_outputs()[0].shape[1]), dtype=np.float32)
    for start in range(0, len(ready), size):
        logits[start : start + size] = session.run(None, {INPUT: ready[start : start + size]})[0]
    return logits


def eager(network: TimedNetwork, stored: NDArray[Any], size: int) -> None:
    """Run torch over the stored inputs."""
    with torch.no_grad():
        for start in range(0, len(stored), size):
            network.model(network.loader(stored[start : start + size]))


if __name__ == "__main__":
    main()
