"""The interface of training methods: how a model is prepared, which loss is minimized, and what is learned."""

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
        operator: the kind of the tensor: the integer ONNX operator whose output it is (``Conv``, after its ReLU, if
            there is one), the integer operator whose input it is, if a float operator computes it (``Gemm input``), or
            ``Input`` for the model's input.
    """

    operator: str
    scale: float
    zero_point: int


class Method:
    """Standard training, which minimizes the cross-entropy. Other methods override what differs.

    Args:
        settings: the method's hyperparameters, as in the config.
        generator: the source of the method's random draws.
        part: the part of the method for the inputs' modality (a member of `training/modalities/<method>`), or None for
            a method that treats all inputs alike.
    """

    def __init__(
        self, settings: dict[str, Any], generator: np.random.Generator, part: ModuleType | None = None
    ) -> None:
        """Store the settings."""
        self.settings = settings
        self.generator = generator
        self.part = part
        # What the training rounds: `none`, `weights`, or `weights and activations`.
        self.rounding = "none"

    def prepare(self, model: nn.Module) -> nn.Module:
        """Return the model to train, which shares its weights with `model`."""
        return model

    def resume(self, model: nn.Module, learned: Sequence[ActivationRange]) -> None:
        """Restore the ranges that an earlier training has learned (see `ranges`) in a prepared model."""

    def loss(self, model: nn.Module, inputs: Tensor, labels: Tensor, progress: float) -> Tensor:
        """Return the loss (a scalar) of one batch: inputs float32 [n, ...], labels int64 [n].

        `progress` is the completed fraction of the training, in [0, 1).
        """
        return functional.cross_entropy(model(inputs), labels)

    def ranges(self, model: nn.Module) -> list[ActivationRange]:
        """Return the learned activation ranges of the prepared model, in the order of its operators; often none."""
        return []

    def finish(self, model: nn.Module) -> None:
        """Undo what `prepare` changed in the layers of the original model, in place."""

    def torch_generator(self, device: torch.device) -> torch.Generator:
        """Return a torch generator on `device` that is seeded from this method's generator."""
        return torch.Generator(device).manual_seed(int(self.generator.integers(2**62)))
