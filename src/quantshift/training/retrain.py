"""Train a model further with its own disagreements among the training inputs: the work of the rule `retrain`.

The control is trained further for as many steps, with training inputs drawn again in the places of the disagreements.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.names import CONTROL, HELD_OUT
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
from quantshift.training.joined import Joined
from quantshift.training.loop import Report
from quantshift.training.method import ActivationRange
from quantshift.training.outcome import Outcome
from quantshift.training.train import Run, optimise, read_split

# The clean test set's key in an archive of logits.


def retrain(
    run: Run,
    *,
    options: dict[str, Any],
    settings: dict[str, Any],
    device: str,
    data: Path,
    base_weights: Path,
    base_record: Path,
    float32: Path,
    quantized: Sequence[Path],
    outcome: Outcome,
    report: Report,
) -> None:
    """Train a model further by its own method, and write its files, the record with the sources that joined.

    The union of the disagreements of some quantized variants (`retraining.quantizers`) with float32 joins the training
    inputs, with the true labels; of the protocol `control` as many training inputs drawn at random do, each at most
    once more than others. A quantization-aware model goes on from the ranges that it has learned.

    Args:
        run: the model's names and the protocol, which says on which clean test inputs disagreements are looked for.
        options: the architecture's options.
        settings: the method's hyperparameters for these epochs.
        device: auto, cpu or cuda.
        data: the data set's folder of splits.
        base_weights: the trained model's weights.
        base_record: the record of its training.
        float32: its logits of the variant float32 on the clean test set.
        quantized: the same of the quantized variants.
        outcome: the files to write.
        report: gets a line of progress now and then.

    Raises:
        QuantshiftError: the training diverged, or a file is damaged or does not fit the others.
    """
    repeatable(settings["threads"])
    net = build(run.architecture, run.dataset, ("weights", run.dataset, run.architecture, run.seed), options)
    restore(net, base_weights)
    test_inputs, test_labels = read_split(data / "test")
    sources = read_sources(data / "test/sources.npy", count=len(test_labels))
    searched = parts(run.protocol, run.dataset, sources).searched
    joining = np.flatnonzero(searched & disagreeing(float32, quantized, len(test_labels)))
    inputs, labels = read_split(data / "train")
    again = np.zeros(0, dtype=np.int64)
    if run.protocol == CONTROL:
        # The same batches as in the retraining that it is the control of, but for the inputs that join.
        run = replace(run, draws_of=HELD_OUT)
        again = drawn_again(len(labels), len(joining), run.generator("drawn again"))
        report(f"{len(again)} training inputs drawn again are in the places of the disagreements")
        joining = joining[:0]
        extended = Joined(inputs, inputs, again), np.concatenate([labels, labels[again]])
    else:
        report(f"{len(joining)} disagreements join the training")
        extended = Joined(inputs, test_inputs, joining), np.concatenate([labels, test_labels[joining]])
    validation = read_split(data / "validation")
    base = read_record(base_record, Trained, NAME)
    record = optimise(
        net,
        run,
        settings=settings,
        device=device,
        train=extended,
        validation=validation,
        learned=[ActivationRange(**found) for found in base["ranges"]],
        report=report,
    )
    more = {
        "added": sources[joining].tolist(),
        "drawn_again": len(again),
        "validation_accuracy_before": base["epochs"][-1]["validation_accuracy"],
    }
    outcome.write(net, validation[0], record | more)


def drawn_again(count: int, wanted: int, random: np.random.Generator) -> NDArray[np.int64]:
    """Return the places [wanted] of inputs drawn at random from `count`, each at most once more than others.

    >>> sorted(drawn_again(3, 6, np.random.default_rng(0)).tolist())
    [0, 0, 1, 1, 2, 2]
    """
    rounds = [random.permutation(count) for _ in range(-(-wanted // count))]
    return np.concatenate([np.zeros(0, dtype=np.int64), *rounds])[:wanted]


def disagreeing(float32: Path, quantized: Sequence[Path], count: int) -> NDArray[np.bool_]:
    """Return the mask [count] of the clean test inputs on which any quantized variant disagrees with float32.

    Args:
        float32: archive of float32's logits.
        quantized: archives of the quantized variants' logits.
        count: number of clean test inputs.

    Raises:
        QuantshiftError: a file is missing or damaged, or has another number of inputs.
    """
    reference = read_logits(float32, CLEAN, count)
    found = np.zeros(count, dtype=np.bool_)
    for file in quantized:
        found |= disagreement(reference, read_logits(file, CLEAN, count))
    return found
