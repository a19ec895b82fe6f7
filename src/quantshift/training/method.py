"""The interface of training methods: how a model is prepared, which loss is minimized, and what is learned."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

# What a step draws: a number, or a tensor on the host.
Drawn = float | Tensor


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

    Attributes:
        lowest_precision: the coarsest `precision` of the config that the loss can be computed in.
    """

    lowest_precision = "bfloat16"

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

    @property
    def capturable(self) -> bool:
        """Return whether a CUDA graph can replay the loss, which then gets what is drawn as tensors on the device.

        It must not use these as Python numbers, and not draw anything itself. Methods are captured if they state it.
        """
        return False

    def draw(self, like: Tensor, progress: float) -> Sequence[Drawn]:
        """Return what the loss of one batch needs besides the batch, with the same shapes for each batch of a training.

        Args:
            like: a tensor with the shape, layout and type of the model inputs [n, ...].
            progress: completed fraction of the training, in [0, 1).
        """
        return (progress,)

    def loss(self, model: nn.Module, inputs: Tensor, labels: Tensor, *drawn: Any) -> Tensor:
        """Return the loss (a scalar) of one batch.

        Args:
            model: the prepared model.
            inputs: model inputs [n, ...].
            labels: int64 [n].
            drawn: what `draw` returned for this batch; by default the completed fraction of the training.
        """
        return functional.cross_entropy(model(inputs), labels)

    def ranges(self, model: nn.Module) -> list[ActivationRange]:
        """Return the learned activation ranges of the prepared model, in the order of its operators; often none."""
        return []

    def finish(self, model: nn.Module) -> None:
        """Undo what `prepare` changed in the layers of the original model, in place."""

    def torch_generator(self) -> torch.Generator:
        """Return a torch generator that is seeded from this method's generator.

        It draws on the CPU, so that all devices train on the same draws.
        """
        return torch.Generator().manual_seed(int(self.generator.integers(2**62)))
