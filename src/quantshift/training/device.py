"""Where a model is trained."""

import torch

from quantshift.errors import QuantshiftError


def choose(device: str) -> torch.device:
    """Return the device that the config's `device` (auto, cpu or cuda) means on this machine.

    Raises:
        QuantshiftError: cuda is asked for and there is none.
    """
    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        raise QuantshiftError("device: cuda is asked for, and torch finds none here: use device: auto or device: cpu")
    return torch.device("cuda" if available and device != "cpu" else "cpu")
