"""Augmentation: the inputs of each batch are changed at random, differently in each epoch."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from quantshift.core import members
from quantshift.core.dataset_facts import facts_of
from quantshift.training.batches import Batches
from quantshift.training.uploads import Upload


@dataclass(frozen=True)
class Augmentation:
    """A kind of augmentation and its random draws.

    Attributes:
        part: the augmentation of the inputs' modality (a member of `training/modalities/augmentation`).
        settings: what the config states under `augmentation`.
        generator: source of the random draws.
    """

    part: ModuleType
    settings: Mapping[str, Any]
    generator: np.random.Generator

    def draw(self, shape: tuple[int, ...]) -> tuple[Tensor, ...]:
        """Return what is drawn for a batch of inputs of this shape [n, ...]."""
        drawn: tuple[Tensor, ...] = self.part.draw(shape[0], shape[1:], self.settings, self.generator)
        return drawn

    def apply(self, inputs: Tensor, drawn: tuple[Tensor, ...]) -> Tensor:
        """Return the inputs [n, ...] changed by what was drawn for them."""
        changed: Tensor = self.part.augment(inputs, self.settings, *drawn)
        return changed


def augmentation_for(dataset: str, settings: Mapping[str, Any], generator: np.random.Generator) -> Augmentation | None:
    """Return the augmentation of a training, or None if its settings state none.

    Args:
        dataset: name of the data set, whose modality selects the augmentation.
        settings: the method's hyperparameters.
        generator: source of the random draws.
    """
    if not settings.get("augmentation"):
        return None
    part = members.load("training/modalities/augmentation", facts_of(dataset).modality)
    return Augmentation(part, settings["augmentation"], generator)


class Augmented:
    """The batches of `batches`, with augmented inputs.

    The draws are made on the host and copied to fixed addresses, so that all devices train on the same inputs and a
    CUDA graph can replay the step.

    Args:
        batches: the batches with the original inputs.
        augmentation: changes the inputs.
        layout: memory format of images.
    """

    def __init__(self, batches: Batches, augmentation: Augmentation, layout: torch.memory_format) -> None:
        """Allocate the tensors for what is drawn, which have the same shapes for all batches."""
        self.batches, self.augmentation, self.layout = batches, augmentation, layout
        self.count = batches.count
        inputs, _ = batches.current()
        self.shape = tuple(inputs.shape)
        self.uploads = [Upload(values, inputs.device) for values in augmentation.draw(self.shape)]

    def start(self, order: NDArray[np.int64]) -> None:
        """Start an epoch with the inputs in this order."""
        self.batches.start(order)

    def select(self, number: int) -> None:
        """Make a batch of the epoch the current one, and draw how its inputs are changed."""
        self.batches.select(number)
        for upload, values in zip(self.uploads, self.augmentation.draw(self.shape), strict=True):
            upload.fill(values)

    def current(self) -> tuple[Tensor, Tensor]:
        """Return the changed model inputs and the labels of the current batch."""
        inputs, labels = self.batches.current()
        changed = self.augmentation.apply(inputs, tuple(upload.target for upload in self.uploads))
        return (changed.contiguous(memory_format=self.layout) if changed.ndim == 4 else changed), labels
