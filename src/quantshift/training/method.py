"""What a training method is: how a model is prepared, what is minimised, and what is kept at the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class ActivationRange:
    """A learned range of an activation tensor on the uint8 grid: real = (integer - zero_point) * scale.

    Attributes:
        operator: which tensor it is, by the ONNX operator that runs on integers and makes it (``Conv``: behind its
            ReLU, if it has one) or that takes it from an operator which stays float (``Gemm input``); the model's own
            input is ``Input``.
    """

    operator: str
    scale: float
    zero_point: int


class Method:
    """Standard training: minimise the cross-entropy. The other methods change what they must.

    Args:
        settings: the method's hyperparameters, as in the config.
        generator: the source of the method's random draws.
        part: what the method does for the inputs' modality alone (a member of `training/modalities/<method>`), or None
            for a method that treats all inputs alike.
    """

    def __init__(
        self, settings: dict[str, Any], generator: np.random.Generator, part: ModuleType | None = None
    ) -> None:
        """Keep the settings."""
        self.settings = settings
        self.generator = generator
        self.part = part
        # What the training rounded: `none`, `weights`, or `weights and activations`.
        self.rounding = "none"

    def prepare(self, model: nn.Module) -> nn.Module:
        """Return the model to be trained, which shares its weights with `model`."""
        return model

    def resume(self, model: nn.Module, learned: Sequence[ActivationRange]) -> None:
        """Give a prepared model the ranges that it had learned when an earlier training ended (see `ranges`)."""

    def loss(self, model: nn.Module, inputs: Tensor, labels: Tensor, progress: float) -> Tensor:
        """Return the loss (a scalar) of one batch: inputs float32 [n, ...], labels int64 [n].

        `progress` is the share of the training that is done, in [0, 1).
        """
        return functional.cross_entropy(model(inputs), labels)

    def ranges(self, model: nn.Module) -> list[ActivationRange]:
        """Return the learned activation ranges of the prepared model in the order of its operators, or none."""
        return []

    def finish(self, model: nn.Module) -> None:
        """Take what `prepare` put into the model's own layers off again, in place."""

    def torch_generator(self, device: torch.device) -> torch.Generator:
        """Return a torch generator on `device` that is seeded by this method's generator."""
        return torch.Generator(device).manual_seed(int(self.generator.integers(2**62)))
