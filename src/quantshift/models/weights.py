"""Files of trained models: weights by name and no code, readable without torch."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from quantshift.core.errors import QuantshiftError
from quantshift.storage import archives
from quantshift.storage.files import remedy


def weights_of(model: nn.Module) -> dict[str, NDArray[Any]]:
    """Return a model's weights and buffers by name, as numpy arrays."""
    # Not np.ascontiguousarray, which turns a scalar into an array of length 1.
    return {name: np.array(value.numpy(force=True), order="C") for name, value in model.state_dict().items()}


def save(model: nn.Module, path: Path) -> None:
    """Write the model's weights."""
    archives.store(path, weights_of(model).items())


def restore(model: nn.Module, path: Path) -> None:
    """Load weights into `model` in place.

    Raises:
        QuantshiftError: the file is damaged, or holds another architecture's weights.
    """
    try:
        model.load_state_dict({name: torch.from_numpy(value) for name, value in archives.read_all(path).items()})
    except (RuntimeError, TypeError) as error:
        raise QuantshiftError(
            f"{path} does not fit its architecture ({str(error).splitlines()[0]}): {remedy(path)}"
        ) from error
