"""The device of a training, the precision that it computes in, and settings that make it reproducible."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import torch
from torch.utils import deterministic

from quantshift.core.errors import QuantshiftError

# From the finest to the coarsest: 24, 11 and 8 significant bits of the factors of a product.
PRECISIONS = ("float32", "tf32", "bfloat16")


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


def coarser(first: str, second: str) -> bool:
    """Return whether a precision has fewer significant bits than another.

    >>> coarser("bfloat16", "tf32"), coarser("tf32", "tf32")
    (True, False)
    """
    return PRECISIONS.index(first) > PRECISIONS.index(second)


def effective(precision: str, lowest: str, device: torch.device) -> str:
    """Return the precision that a training computes in.

    Args:
        precision: that of the config.
        lowest: the coarsest precision that the method allows, which replaces a coarser one.
        device: where the model is trained; a CPU has no TF32.

    >>> effective("bfloat16", "tf32", torch.device("cpu")), effective("tf32", "bfloat16", torch.device("cuda"))
    ('float32', 'tf32')
    """
    if coarser(precision, lowest):
        precision = lowest
    return "float32" if precision == "tf32" and device.type == "cpu" else precision


def compute_in(
    precision: str, lowest: str, device: torch.device
) -> tuple[Callable[[], AbstractContextManager[object]], torch.memory_format]:
    """Make this process compute in a precision.

    Weights, gradients and the optimizer are float32 in each of them, as are logits outside of the training.

    Args:
        precision: that of the config.
        lowest: the coarsest precision that the method allows, which replaces a coarser one.
        device: where the model is trained.

    Returns:
        A function that makes the context for the loss, and the memory format for images and weights.
    """
    precision = effective(precision, lowest, device)
    # torch's own default is float32 for matrix products and TF32 for convolutions. Its newer attribute `fp32_precision`
    # makes `torch.export` fail in the same process, which reads these two.
    torch.backends.cuda.matmul.allow_tf32 = precision != "float32"
    torch.backends.cudnn.allow_tf32 = precision != "float32"
    # Tensor cores, which do not compute in float32, read channels last.
    exact = device.type == "cuda" and precision == "float32"
    layout = torch.contiguous_format if exact else torch.channels_last
    if precision == "bfloat16":
        return partial(torch.autocast, device.type, dtype=torch.bfloat16), layout
    return nullcontext, layout
