"""Retrain a model with its own disagreements added to the training inputs (rule `retrain`).

The control is retrained for as many steps, with randomly repeated training inputs instead of the disagreements.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.names import CONTROL, HELD_OUT
from quantshift.core.signature import Feeding
from quantshift.core.test_set import CLEAN
from quantshift.core.training_record import NAME, Trained
from quantshift.data.labelled import read_sources
from quantshift.data.logits import read_logits
from quantshift.data.retraining_split import parts
from quantshift.metrics.disagreement import disagreement
from quantshift.models.network import build
from quantshift.models.weights import restore
from quantshift.storage.records import read_record
from quantshift.training.device import repeatable
from quantshift.training.extended_inputs import ExtendedInputs
from quantshift.training.loop import Report
from quantshift.training.method import ActivationRange
from quantshift.training.outcome import Outcome
from quantshift.training.train import Run, optimise, read_split


def retrain(
    run: Run,
    *,
    options: dict[str, Any],
    settings: dict[str, Any],
    feeding: Feeding,
    device: str,
    precision: str,
    data: Path,
    base_weights: Path,
    base_record: Path,
    float32: Path,
    quantized: Sequence[Path],
    outcome: Outcome,
    report: Report,
) -> None:
    """Train a model further by its own method, and write its files; the record lists the sources of added inputs.

    The union of the disagreements of some quantized variants (`retraining.quantizers`) with float32 is added to the
    training inputs, with the true labels. The protocol `control` adds as many randomly drawn training inputs instead,
    each at most once more than any other. A quantization-aware model continues from its learned ranges.

    Args:
        run: the model's names and the protocol, which decides which clean test inputs are searched for disagreements.
        options: the architecture's options.
        settings: the method's hyperparameters for these epochs.
        feeding: how stored inputs become what the network takes.
        device: auto, cpu or cuda.
        precision: float32, tf32 or bfloat16.
        data: the data set's folder of splits.
        base_weights: the trained model's weights.
        base_record: the record of its training.
        float32: logits of the variant float32 on the clean test set.
        quantized: logits of the quantized variants on the clean test set.
        outcome: the files to write.
        report: called with lines of progress.

    Raises:
        QuantshiftError: the training diverged, or a file is damaged or does not fit the others.
    """
    repeatable(settings["threads"])
    net = build(run.architecture, run.dataset, ("weights", run.dataset, run.architecture, run.seed), options)
    restore(net, base_weights)
    test_inputs, test_labels = read_split(data / "test")
    sources = read_sources(data / "test/sources.npy", count=len(test_labels))
    searched = parts(run.protocol, run.dataset, sources).searched
    added = np.flatnonzero(searched & disagreement_mask(float32, quantized, len(test_labels)))
    inputs, labels = read_split(data / "train")
    repeated = np.zeros(0, dtype=np.int64)
    if run.protocol == CONTROL:
        # The batches are those of the retraining that this is the control of, except for the added inputs.
        run = replace(run, draws_of=HELD_OUT)
        repeated = draw_evenly(len(labels), len(added), run.generator("drawn again"))
        report(f"{len(repeated)} training inputs are repeated instead of adding disagreements")
        added = added[:0]
        extended = ExtendedInputs(inputs, inputs, repeated), np.concatenate([labels, labels[repeated]])
    else:
        report(f"{len(added)} disagreements are added to the training inputs")
        extended = ExtendedInputs(inputs, test_inputs, added), np.concatenate([labels, test_labels[added]])
    validation = read_split(data / "validation")
    base = read_record(base_record, Trained, NAME)
    record = optimise(
        net,
        run,
        settings=settings,
        feeding=feeding,
        device=device,
        precision=precision,
        train=extended,
        validation=validation,
        learned=[ActivationRange(**entry) for entry in base["ranges"]],
        report=report,
    )
    additions = {
        "added": sources[added].tolist(),
        "drawn_again": len(repeated),
        "validation_accuracy_before": base["epochs"][-1]["validation_accuracy"],
    }
    outcome.write(net, validation[0], feeding, record | additions)


def draw_evenly(count: int, draws: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Return indices [draws] drawn at random from 0..count - 1, each at most once more than any other.

    >>> sorted(draw_evenly(3, 6, np.random.default_rng(0)).tolist())
    [0, 0, 1, 1, 2, 2]
    """
    rounds = [random.permutation(count) for _ in range(-(-draws // count))]
    return np.concatenate([np.zeros(0, dtype=np.int64), *rounds])[:draws]


def disagreement_mask(float32: Path, quantized: Sequence[Path], count: int) -> NDArray[np.bool_]:
    """Return the mask [count] of the clean test inputs on which any quantized variant disagrees with float32.

    Args:
        float32: archive of float32's logits.
        quantized: archives of the quantized variants' logits.
        count: number of clean test inputs.

    Raises:
        QuantshiftError: a file is missing or damaged, or has a different number of inputs.
    """
    reference = read_logits(float32, CLEAN, count)
    mask = np.zeros(count, dtype=np.bool_)
    for file in quantized:
        mask |= disagreement(reference, read_logits(file, CLEAN, count))
    return mask
