"""Train a model further with its own disagreements among the training inputs: the work of the rule `retrain`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift import archives
from quantshift.analysis.parts import parts
from quantshift.arrays import read_array
from quantshift.errors import QuantshiftError
from quantshift.files import remedy
from quantshift.metrics.disagreement import disagreement
from quantshift.models.network import build
from quantshift.models.weights import restore
from quantshift.records import read_record
from quantshift.training.device import repeatable
from quantshift.training.joined import Joined
from quantshift.training.loop import Report
from quantshift.training.method import ActivationRange
from quantshift.training.outcome import Outcome
from quantshift.training.train import Run, optimise, read_split
from quantshift.training_record import NAME, Learned

# The clean test set's key in an archive of logits.
CLEAN = "none/0"


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
    inputs, with the true labels. A quantization-aware model goes on from the ranges that it has learned.

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
    sources = read_array(data / "test/sources.npy")
    searched = parts(run.protocol, run.dataset, sources).searched
    joining = np.flatnonzero(searched & disagreeing(float32, quantized, len(test_labels)))
    report(f"{len(joining)} disagreements join the training")
    inputs, labels = read_split(data / "train")
    validation = read_split(data / "validation")
    record = optimise(
        net,
        run,
        settings=settings,
        device=device,
        train=(Joined(inputs, test_inputs, joining), np.concatenate([labels, test_labels[joining]])),
        validation=validation,
        learned=[ActivationRange(**found) for found in read_record(base_record, Learned, NAME)["ranges"]],
        report=report,
    )
    outcome.write(net, validation[0], {**record, "added": sources[joining].tolist()})


def disagreeing(float32: Path, quantized: Sequence[Path], count: int) -> NDArray[np.bool_]:
    """Return the mask [count] of the clean test inputs on which any quantized variant disagrees with float32.

    Args:
        float32: archive of float32's logits.
        quantized: archives of the quantized variants' logits.
        count: number of clean test inputs.

    Raises:
        QuantshiftError: a file is missing or damaged, or has another number of inputs.
    """
    reference = _clean_logits(float32, count)
    found = np.zeros(count, dtype=np.bool_)
    for file in quantized:
        found |= disagreement(reference, _clean_logits(file, count))
    return found


def _clean_logits(file: Path, count: int) -> NDArray[np.float32]:
    with archives.opened(file) as archive:
        logits = archive.read(CLEAN)
    if len(logits) != count:
        raise QuantshiftError(
            f"{file} has logits of {len(logits)} clean test inputs, and there are {count}: {remedy(file)}"
        )
    return logits
