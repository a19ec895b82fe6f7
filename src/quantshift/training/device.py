"""The device of a training, and settings that make it reproducible."""

import os

import torch
from torch.utils import deterministic

from quantshift.core.errors import QuantshiftError


def choose(device: str) -> torch.device:
    """Return the torch device for the config's `device` (auto, cpu or cuda) on this machine.

    Raises:
        QuantshiftError: `device` is cuda, but there is none.
    """
    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        raise QuantshiftError(
            "the config has device: cuda, but torch sees no CUDA device here: use device: auto or device: cpu"
        )
    return torch.device("cuda" if available and device != "cpu" else "cpu")


def repeatable(threads: int) -> None:
    """Make torch's results in this process reproducible: a fixed number of threads and deterministic algorithms."""
    # cuBLAS sums in the same order only with a workspace of fixed size.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    # The same as `use_deterministic_algorithms(True)`, which would first import torch's compiler (1.3 s).
    torch.set_deterministic_debug_mode("error")
    # Otherwise torch fills new tensors with NaN to expose reads of uninitialized memory.
    deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    torch.set_num_threads(threads)
