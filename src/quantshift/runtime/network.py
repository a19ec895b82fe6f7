"""Models as onnxruntime runs them, and their logits: the fast core."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnxruntime import NodeArg

from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import SCORE, Input, Output, Signature
from quantshift.data.preprocessing import prepare
from quantshift.runtime.session import session
from quantshift.storage.arrays import parts
from quantshift.storage.files import remedy

FilePath = str | os.PathLike[str]
# Stored inputs by name, [n, ...] each.
Stored = Mapping[str, NDArray[Any]]

# onnxruntime's names of the types of inputs.
TYPES = {"float32": "tensor(float)", "int32": "tensor(int32)", "int64": "tensor(int64)", "uint8": "tensor(uint8)"}
# Inputs that are prepared together where batches are smaller.
CHUNK = 64
# Bytes of inputs that are read from the disk before their pages are given back.
PART = 4 << 20


class Network:
    """An ONNX file that is run as the record of its model says.

    Args:
        file: the ONNX file of a variant.
        signature: what the model takes and answers.
        threads: threads within an operator.
        entries: further entries of onnxruntime's session config.

    Raises:
        QuantshiftError: the file is missing or damaged, or takes or answers something else than the record says.
    """

    def __init__(
        self, file: FilePath, signature: Signature, threads: int = 1, entries: Mapping[str, str] | None = None
    ) -> None:
        """Open the file."""
        self.file, self.signature = file, signature
        self.session = session(file, threads, entries)
        # The axes of an answer behind the sample's.
        self.axes = self._checked()

    @property
    def names(self) -> list[str]:
        """The names of the inputs."""
        return [taken["name"] for taken in self.signature["inputs"]]

    def _checked(self) -> tuple[int, ...]:
        """Compare the file with the record, and return the shape of one answer."""
        taken, answered = self.session.get_inputs(), self.session.get_outputs()
        output = self.signature["output"]
        expected = {wanted["name"]: wanted for wanted in self.signature["inputs"]}
        fits = {item.name for item in taken} == set(expected) and all(
            _is_stated(item, expected[item.name]) for item in taken
        )
        answers = [item for item in answered if item.name == output["name"] and _is_answer(item, output)]
        if not fits or not answers:
            found = ", ".join(f"{item.name} {item.type} {item.shape}" for item in (*taken, *answered))
            inputs = ", ".join(f"{name} {TYPES[one['dtype']]} {['n', *one['shape']]}" for name, one in expected.items())
            shape = "[n] or [n, 1]" if output["kind"] == SCORE else f"[n, {output['classes']}]"
            raise QuantshiftError(
                f"{self.file} is another network, with {found}: expected the inputs {inputs} and the output "
                f"{output['name']} {shape}; {remedy(self.file)}"
            )
        return tuple(answers[0].shape[1:])

    def expect(self, inputs: Stored, file: FilePath) -> None:
        """Check that the model takes stored inputs.

        Args:
            inputs: the stored inputs.
            file: theirs, for the message.

        Raises:
            QuantshiftError: the inputs are of another type or shape.
        """
        for taken in self.signature["inputs"]:
            stored = inputs[taken["name"]]
            if stored.dtype != np.dtype(taken["stored"]) or not _fits(stored.shape[1:], taken):
                raise QuantshiftError(
                    f"{file} has inputs {stored.dtype} {list(stored.shape)}, and {self.file} takes {taken['stored']} "
                    f"{['n', *taken['shape']]}: they do not belong together; delete both and run snakemake again, they "
                    "are made anew"
                )

    def predict(self, inputs: Stored, batch_size: int) -> NDArray[np.float32]:
        """Return the outputs of stored inputs, such as logits [n, classes].

        The inputs may be mapped from the disk.

        A model of a fixed batch gets batches of that size, the last one filled up with copies of its last sample.

        Args:
            inputs: stored inputs by name, [n, ...] each, as `expect` has them.
            batch_size: samples at a time, of a model that takes any number.
        """
        fixed = self.signature["batch"]
        size = fixed or batch_size
        taken = self.signature["inputs"]
        # Slices of a memory map are slow to make, those of an array of its pages are not.
        stored = [inputs[one["name"]].view(np.ndarray) for one in taken]
        count = len(stored[0])
        logits = np.empty((count, *self.axes), dtype=np.float32)
        chunk = max(1, CHUNK // size) * size
        rows = min(_rows(one, chunk) for one in stored)
        runs: dict[int, BoundRun] = {}
        done = 0
        for part in zip(*(parts(one, rows * _width(one), rows) for one in stored), strict=True):
            for first in range(0, len(part[0]), chunk):
                several = [one[first : first + chunk] for one in part]
                # Small batches are prepared together, since a call of numpy costs as much as they do.
                together = size < chunk
                ready = [prepare(*pair) for pair in zip(several, taken, strict=True)] if together else several
                for start in range(0, len(ready[0]), size):
                    batch = [one[start : start + size] for one in ready]
                    length = len(batch[0])
                    bound = fixed or length
                    run = runs.get(bound) or runs.setdefault(bound, BoundRun(self, bound))
                    run(batch, logits[done : done + length], prepared=together)
                    done += length
        return logits


class BoundRun:
    """Runs a network over batches of one size, its inputs and its output bound to fixed arrays.

    Bound once, a run at batch 1 takes a tenth less than onnxruntime's plain `run`.

    Args:
        network: the network.
        size: samples in a batch.
    """

    def __init__(self, network: Network, size: int) -> None:
        """Make the arrays; those of free axes are made with the first batch."""
        self.network, self.size = network, size
        output = network.signature["output"]
        self.logits = np.empty((size, *network.axes), dtype=np.float32)
        self.run = network.session.run_with_iobinding
        self.binding = network.session.io_binding()
        self.binding.bind_output(output["name"], "cpu", 0, np.float32, self.logits.shape, self.logits.ctypes.data)
        self.arrays: list[NDArray[Any]] = []

    def _bind(self, batch: list[NDArray[Any]]) -> None:
        """Bind arrays of the shapes of a batch."""
        self.arrays = []
        for values, taken in zip(batch, self.network.signature["inputs"], strict=True):
            kind = np.dtype(taken["dtype"])
            array = np.empty((self.size, *values.shape[1:]), dtype=kind)
            self.binding.bind_input(taken["name"], "cpu", 0, kind.type, array.shape, array.ctypes.data)
            self.arrays.append(array)

    def __call__(self, batch: list[NDArray[Any]], out: NDArray[np.float32], *, prepared: bool) -> None:
        """Write the logits of a batch to `out`.

        Args:
            batch: an array [n, ...] for each input, n at most `size`.
            out: [n, ...], as the model answers.
            prepared: whether the batch is as the model takes it, or else as it is stored.
        """
        if not self.arrays:
            self._bind(batch)
        length = len(batch[0])
        if prepared and length == self.size:
            # This is most of what a run at batch 1 costs beside onnxruntime.
            for array, values in zip(self.arrays, batch, strict=True):
                array[...] = values
        else:
            self._fill(batch, length, prepared)
        self.run(self.binding)
        out[...] = self.logits[:length]

    def _fill(self, batch: list[NDArray[Any]], length: int, prepared: bool) -> None:
        """Copy a batch, which may be shorter than the arrays, and repeat its last sample."""
        for values, array, taken in zip(batch, self.arrays, self.network.signature["inputs"], strict=True):
            if prepared:
                np.copyto(array[:length], values, casting="no")
            else:
                prepare(values, taken, out=array[:length])
            array[length:] = array[length - 1]


def _fits(shape: tuple[int, ...], taken: Input) -> bool:
    """Return whether a sample's shape is one that an input takes."""
    wanted = taken["shape"]
    return len(shape) == len(wanted) and all(one in (None, found) for one, found in zip(wanted, shape, strict=True))


def _is_stated(found: NodeArg, stated: Input) -> bool:
    """Return whether a file's input is the one of the record; a free axis fits any length."""
    axes = found.shape[1:]
    return (
        found.type == TYPES[stated["dtype"]]
        and len(axes) == len(stated["shape"])
        and all(
            not isinstance(one, int) or other is None or one == other
            for one, other in zip(axes, stated["shape"], strict=True)
        )
    )


def _is_answer(found: NodeArg, stated: Output) -> bool:
    """Return whether a file's output has the shape of the record's."""
    if stated["kind"] == SCORE:
        return len(found.shape) == 1 or (len(found.shape) == 2 and found.shape[1] == 1)
    return len(found.shape) == 2 and found.shape[1] == stated["classes"]


def _width(array: NDArray[Any]) -> int:
    """Return the bytes of one sample."""
    return max(1, array[:1].nbytes)


def _rows(array: NDArray[Any], multiple: int) -> int:
    """Return how many samples are read at a time, a multiple of a number."""
    return max(1, PART // _width(array) // multiple) * multiple
