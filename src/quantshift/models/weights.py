"""A trained model on the disk: weights alone, never code."""

import io
import pickle
from pathlib import Path

import torch
from torch import nn

from quantshift.errors import QuantshiftError
from quantshift.files import damaged, write_bytes


def save(model: nn.Module, path: Path) -> None:
    """Write the model's weights, on the CPU."""
    weights = {name: value.detach().cpu().contiguous() for name, value in model.state_dict().items()}
    content = io.BytesIO()  # torch's own writer does not say that a disk is full
    torch.save(weights, content)
    write_bytes(path, content.getvalue())


def restore(model: nn.Module, path: Path) -> None:
    """Read weights into `model` in place.

    Raises:
        QuantshiftError: the file is damaged, or holds another architecture's weights.
    """
    try:
        weights = torch.load(path, map_location="cpu", weights_only=True)
    except (pickle.UnpicklingError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise damaged(path, "a complete model file", error) from error
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        raise QuantshiftError(
            f"{path} does not fit its architecture ({str(error).splitlines()[0]}): delete it and run snakemake again"
        ) from error
