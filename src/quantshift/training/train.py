"""Train one model: the work of the rule `train`."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from torch import nn

from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import Feeding
from quantshift.data.labelled import read_labels
from quantshift.models.imagenet import load_weights
from quantshift.models.network import build
from quantshift.models.tensors import Loader
from quantshift.models.weights import restore
from quantshift.seeds import generator
from quantshift.storage.arrays import read_array
from quantshift.training.augmentation import augmentation_for
from quantshift.training.batches import Indexed
from quantshift.training.device import choose, compute_in, effective, repeatable
from quantshift.training.loop import Report, fit
from quantshift.training.method import ActivationRange
from quantshift.training.method_for import method_for
from quantshift.training.outcome import Outcome


def train(
    *,
    dataset: str,
    architecture: str,
    method: str,
    seed: int,
    options: dict[str, Any],
    settings: dict[str, Any],
    feeding: Feeding,
    device: str,
    precision: str,
    data: Path,
    start: Path | None,
    pretrained: Path | None = None,
    outcome: Outcome,
    report: Report,
) -> None:
    """Train a model and write its weights, what torch answers with them, and a record of its training.

    Args:
        dataset: name of the data set.
        architecture: name of the architecture.
        method: name of the training method.
        seed: number of the repetition.
        options: the architecture's options.
        settings: the method's hyperparameters for this data set, the threads among them: they change the last digits.
        feeding: how stored inputs become what the network takes.
        device: auto, cpu or cuda.
        precision: float32, tf32 or bfloat16.
        data: the data set's folder of splits.
        start: weights to start from, or None to start anew.
        pretrained: the fetched weights of ImageNet (a folder) that a pretrained architecture starts anew from.
        outcome: the files to write.
        report: gets a line of progress now and then.

    Raises:
        QuantshiftError: the training diverged, or a file is damaged.
    """
    repeatable(settings["threads"])
    # Methods share first weights and the order of batches for a seed, so that they differ in the method and its own
    # hyperparameters (a method that starts from another one's weights is trained longer than that).
    net = build(architecture, dataset, ("weights", dataset, architecture, seed), options)
    if start is not None:
        restore(net, start)
    elif options.get("pretrained"):
        assert pretrained is not None, f"{architecture} is pretrained, and no weights are given"
        load_weights(net, pretrained)
    validation = read_split(data / "validation")
    record = optimise(
        net,
        Run(dataset, architecture, method, seed),
        settings=settings,
        feeding=feeding,
        device=device,
        precision=precision,
        train=read_split(data / "train"),
        validation=validation,
        report=report,
    )
    outcome.write(net, validation[0], feeding, record)


@dataclass(frozen=True)
class Run:
    """The names that a training's random draws come from.

    Attributes:
        dataset: name of the data set.
        architecture: name of the architecture.
        method: name of the training method.
        seed: number of the repetition.
        protocol: that of a retraining, or empty.
        draws_of: the protocol whose random draws a retraining shares, or empty for draws of its own.
    """

    dataset: str
    architecture: str
    method: str
    seed: int
    protocol: str = ""
    draws_of: str = ""

    @classmethod
    def parse(cls, dataset: str, architecture: str, method: str, seed: str, protocol: str) -> Self:
        """Return the run that the arguments of a command line name.

        >>> Run.parse("mnist", "lenet5", "qat", "0", "held_out").name
        'mnist/lenet5/qat.held_out/0'
        """
        return cls(dataset, architecture, method, int(seed), protocol)

    @property
    def name(self) -> str:
        """Return the model's name, as paths have it."""
        method = f"{self.method}.{self.protocol}" if self.protocol else self.method
        return f"{self.dataset}/{self.architecture}/{method}/{self.seed}"

    def generator(self, what: str, *names: str | int) -> np.random.Generator:
        """Return the generator of `what`, for these names; a retraining draws others than the training before it."""
        drawn = self.draws_of or self.protocol
        protocol = (drawn,) if drawn else ()
        return generator(what, self.dataset, self.architecture, *names, self.seed, *protocol)


def read_split(folder: Path) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Return the stored inputs [n, ...] and labels [n] of a split, mapped into memory.

    Raises:
        QuantshiftError: a file is missing or damaged, or does not fit the other.
    """
    inputs = read_array(folder / "inputs.npy")
    return inputs, read_labels(folder / "labels.npy", count=len(inputs))


def optimise(
    net: nn.Module,
    run: Run,
    *,
    settings: dict[str, Any],
    feeding: Feeding,
    device: str,
    precision: str,
    train: tuple[Indexed, NDArray[np.int64]],
    validation: tuple[NDArray[Any], NDArray[np.int64]],
    learned: Sequence[ActivationRange] = (),
    report: Report,
) -> dict[str, Any]:
    """Train `net` in place by its method, and return the record of it.

    Args:
        net: the network with its first weights.
        run: the names of the training.
        settings: the method's hyperparameters.
        feeding: how stored inputs become what the network takes.
        device: auto, cpu or cuda.
        precision: float32, tf32 or bfloat16.
        train: stored inputs [n, ...] and labels [n].
        validation: the same, to measure progress by.
        learned: ranges that an earlier training by the same method ended with, to go on from.
        report: gets a line of progress now and then.

    Raises:
        QuantshiftError: the training diverged.
    """
    place = choose(device)
    chosen = method_for(run.method, run.dataset, settings, run.generator("method", run.method))
    autocast, layout = compute_in(precision, chosen.lowest_precision, place)
    net.to(place).to(memory_format=layout)  # type: ignore[call-overload]
    prepared = chosen.prepare(net)
    chosen.resume(prepared, learned)
    prepared.to(place)
    loader = Loader(feeding, place, layout)
    try:
        history = fit(
            prepared,
            chosen,
            settings,
            train,
            validation,
            run.generator("order"),
            loader,
            report,
            autocast,
            augmentation=augmentation_for(run.dataset, settings, run.generator("augmentation")),
            capturable=members.constants(f"architectures/{run.architecture}").get("CAPTURABLE", False),
        )
    except FloatingPointError as error:
        own = f"training.{run.dataset}.{run.method}.learning_rate"
        key = "retraining.learning_rate_factor" if run.protocol else own
        raise QuantshiftError(
            f"training {run.name} diverged: {error}; lower {key} (the learning rate is {settings['learning_rate']})"
        ) from error
    ranges = [asdict(learned_range) for learned_range in chosen.ranges(prepared)]
    chosen.finish(net)
    epochs = [asdict(epoch) for epoch in history]
    return {
        "device": str(place),
        "precision": effective(precision, chosen.lowest_precision, place),
        "epochs": epochs,
        "rounding": chosen.rounding,
        "ranges": ranges,
    }
