"""CUDA graphs: the kernels of a step, recorded once and launched together.

The step of a small network has hundreds of kernels, each of which a GPU computes faster than Python launches it.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch

# Steps before the capture: libraries allocate their workspaces in the first ones.
WARM_UP = 3
SYNCHRONIZED = "called a synchronizing CUDA operation"


class Replayed:
    """A function without arguments that is captured into a CUDA graph after a few calls, and replayed from then on.

    It must read and write tensors at fixed addresses only. Random numbers from torch's default generator are those of
    a function that is not captured. A function that waits for the GPU, such as the forward pass of an architecture
    that reads a value with `item()`, cannot be captured and is called each time.

    Args:
        function: the function.
        report: called with a line if the function cannot be captured.
    """

    def __init__(self, function: Callable[[], None], report: Callable[[str], None]) -> None:
        """Store the function; nothing is captured yet."""
        self.function = function
        self.report = report
        self.calls = 0
        self.waits = False
        self.graph: torch.cuda.CUDAGraph | None = None

    def __call__(self) -> None:
        """Compute the function once."""
        self.calls += 1
        if self.graph is not None:
            self.graph.replay()
        elif self.calls < WARM_UP or self.waits:
            self.function()
        elif self.calls == WARM_UP:
            self.waits = waits(self.function)
            if self.waits:
                self.report("a step waits for the GPU, so that it is not captured in a CUDA graph: training is slower")
        else:
            self.graph = torch.cuda.CUDAGraph()
            # Capturing computes nothing. The stream is that of the steps before, whose workspaces are reused.
            with torch.cuda.graph(self.graph, stream=torch.cuda.current_stream()):
                self.function()
            self.graph.replay()


def waits(function: Callable[[], None]) -> bool:
    """Call a function, and return whether it made the host wait for the GPU."""
    before = torch.cuda.get_sync_debug_mode()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        torch.cuda.set_sync_debug_mode("warn")
        try:
            function()
        finally:
            torch.cuda.set_sync_debug_mode(before)
    return any(SYNCHRONIZED in str(warning.message) for warning in caught)


@contextmanager
def side_stream(device: torch.device) -> Iterator[None]:
    """Run the block on a stream of its own, since the default stream cannot be captured; on a CPU just run it."""
    if device.type != "cuda":
        yield
        return
    outer, stream = torch.cuda.current_stream(device), torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
    stream.wait_stream(outer)
    with torch.cuda.stream(stream):
        yield
    outer.wait_stream(stream)
