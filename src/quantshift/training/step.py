"""One step of a training: forward, backward and the optimizer, on the current batch.

The host first selects the batch, draws the method's random numbers and computes the learning rate. Everything after
that is `Step.compute`, which a CUDA graph can replay if it reads tensors at fixed addresses only.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import torch
from torch import Tensor, nn

from quantshift.training.adam import Adam
from quantshift.training.batches import Batches
from quantshift.training.method import Drawn, Method
from quantshift.training.uploads import Upload


class Fixed:
    """Tensors at fixed addresses with the numbers and tensors that each step draws.

    Args:
        device: where the tensors are.
        dtype: their type for numbers.
    """

    def __init__(self, device: torch.device, dtype: torch.dtype = torch.float32) -> None:
        """Start without tensors: the first values decide how many there are, and their shapes."""
        self.device = device
        self.dtype = dtype
        self.places: list[Upload | Tensor] = []

    def __call__(self, values: Sequence[Drawn]) -> tuple[Tensor, ...]:
        """Return the tensors, filled with `values`: numbers, and tensors on the host."""
        if not self.places:
            self.places = [self.place(value) for value in values]
        for place, value in zip(self.places, values, strict=True):
            if isinstance(place, Upload):
                assert isinstance(value, Tensor)
                place.fill(value)
            else:
                place.fill_(value)
        return tuple(place.target if isinstance(place, Upload) else place for place in self.places)

    def place(self, value: Drawn) -> Upload | Tensor:
        """Return room for a value."""
        if isinstance(value, Tensor):
            return Upload(value, self.device)
        return torch.zeros((), dtype=self.dtype, device=self.device)


class Step:
    """A step of a training.

    Args:
        model: the prepared model, in training mode whenever the step is called.
        method: computes the loss.
        optimizer: updates the model.
        batches: the training inputs.
        autocast: makes the context in which the loss is computed.
        fixed: whether what is drawn is read from tensors at fixed addresses. On a CPU plain numbers are exact.
    """

    def __init__(
        self,
        model: nn.Module,
        method: Method,
        optimizer: Adam,
        batches: Batches,
        autocast: Callable[[], AbstractContextManager[object]],
        *,
        fixed: bool,
    ) -> None:
        """Store the parts of the step."""
        self.model, self.method, self.optimizer, self.batches = model, method, optimizer, batches
        self.autocast = autocast
        self.like, _ = batches.current()
        device = self.like.device
        self.fixed = Fixed(device) if fixed else None
        # torch's kernel for CUDA reads the rate as float32; that for the CPU computes with it as a double.
        self.fixed_rate = Fixed(device, torch.float64 if device.type == "cpu" else torch.float32) if fixed else None
        self.drawn: Sequence[Drawn] = ()
        self.rate: float | Tensor = 0.0
        self.loss = torch.zeros((), device=device)
        self.run: Callable[[], None] = self.compute

    def __call__(self, number: int, progress: float, rate: float) -> Tensor:
        """Train on a batch and return its loss, a scalar that the next step may overwrite.

        Args:
            number: the batch's number in the epoch.
            progress: completed fraction of the training, in [0, 1).
            rate: the learning rate.
        """
        self.batches.select(number)
        drawn = self.method.draw(self.like, progress)
        if self.fixed is not None and self.fixed_rate is not None:
            self.drawn, (self.rate,) = self.fixed(drawn), self.fixed_rate([rate])
        else:
            device = self.like.device
            self.drawn = [value.to(device) if isinstance(value, Tensor) else value for value in drawn]
            self.rate = rate
        self.run()
        return self.loss

    def compute(self) -> None:
        """Compute the loss of the current batch, its gradients and the new weights."""
        inputs, labels = self.batches.current()
        self.model.zero_grad()
        with self.autocast():
            loss = self.method.loss(self.model, inputs, labels, *self.drawn)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step(self.rate)
        self.loss = loss.detach()
