"""Where a model is trained, and so that it comes out the same again."""

import os

import torch
from torch.utils import deterministic

from quantshift.core.errors import QuantshiftError


def choose(device: str) -> torch.device:
    """Return the device that the config's `device` (auto, cpu or cuda) means on this machine.

    Raises:
        QuantshiftError: cuda is asked for and there is none.
    """
    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        raise QuantshiftError("device: cuda is asked for, and torch finds none here: use device: auto or device: cpu")
    return torch.device("cuda" if available and device != "cpu" else "cpu")


def repeatable(threads: int) -> None:
    """Let torch repeat its results in this process: with a fixed number of threads, and sums in a fixed order."""
    # cuBLAS repeats its sums in the same order only with a workspace of fixed size.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    # As `use_deterministic_algorithms(True)`, which imports torch's compiler first: 1.3 s.
    torch.set_deterministic_debug_mode("error")
    # New tensors would be filled with NaN, to show reads of what nobody wrote.
    deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    torch.set_num_threads(threads)
