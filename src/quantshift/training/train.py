"""Train one model: the work of the rule `train`."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from quantshift import members
from quantshift.arrays import read_array
from quantshift.errors import QuantshiftError
from quantshift.files import write_json
from quantshift.models.network import build
from quantshift.models.weights import restore, save
from quantshift.seeds import generator
from quantshift.training.device import choose
from quantshift.training.loop import Report, fit


def train(
    *,
    dataset: str,
    architecture: str,
    method: str,
    seed: int,
    options: dict[str, Any],
    settings: dict[str, Any],
    device: str,
    data: Path,
    start: Path | None,
    weights: Path,
    record: Path,
    report: Report,
) -> None:
    """Train a model and write its weights and a record of its training.

    Args:
        dataset: name of the data set.
        architecture: name of the architecture.
        method: name of the training method.
        seed: number of the repetition.
        options: the architecture's options.
        settings: the method's hyperparameters for this data set, the threads among them: they change the last digits.
        device: auto, cpu or cuda.
        data: the data set's folder of splits.
        start: weights to start from, or None to start anew.
        weights: file for the weights.
        record: file for the record (JSON).
        report: gets a line of progress now and then.

    Raises:
        QuantshiftError: the training diverged, or a file is damaged.
    """
    # cuBLAS repeats its sums in the same order only with a workspace of fixed size.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(settings["threads"])
    place = choose(device)
    # Methods share first weights and the order of batches for a seed, so that they differ in the method alone.
    net = build(architecture, dataset, ("weights", dataset, architecture, seed), options)
    if start is not None:
        restore(net, start)
    net = net.to(place).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    chosen = members.load("training/methods", method).METHOD(
        settings, generator("method", dataset, architecture, method, seed)
    )
    prepared = chosen.prepare(net)
    prepared.to(place)
    splits = [
        (read_array(data / split / "inputs.npy"), read_array(data / split / "labels.npy"))
        for split in ("train", "validation")
    ]
    order = generator("order", dataset, architecture, seed)
    try:
        history = fit(prepared, chosen, settings, splits[0], splits[1], order, place, report)
    except FloatingPointError as error:
        raise QuantshiftError(
            f"training {dataset}/{architecture}/{method}/{seed} diverged: {error}; "
            f"lower training.{dataset}.{method}.learning_rate (now {settings['learning_rate']})"
        ) from error
    ranges = [asdict(found) for found in chosen.ranges(prepared)]
    chosen.finish(net)
    save(net, weights)
    write_json(record, {"device": str(place), "epochs": [asdict(epoch) for epoch in history], "ranges": ranges})
