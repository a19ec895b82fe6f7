"""Fast inference: run a model with onnxruntime and return its logits."""

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnxruntime import NodeArg

from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import SINGLE, Input, Output, Signature
from quantshift.data.preprocessing import prepare, sample_shape
from quantshift.runtime.session import session
from quantshift.storage.arrays import parts
from quantshift.storage.files import remedy

FilePath = str | os.PathLike[str]
# Stored inputs by name, [n, ...] each.
Stored = Mapping[str, NDArray[Any]]

# onnxruntime's names of input types, by numpy's names.
_SAME = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool", "float16")
TYPES = {name: f"tensor({name})" for name in _SAME} | {"float32": "tensor(float)", "float64": "tensor(double)"}
# Number of samples that are prepared together when batches are smaller.
CHUNK = 64
# Bytes of inputs that are read from the disk before their pages are released.
PART = 4 << 20


class Network:
    """An ONNX file that is run as its model record describes.

    Args:
        file: the ONNX file of a variant.
        signature: the model's inputs and output.
        threads: threads within an operator.
        entries: additional entries of onnxruntime's session config.

    Raises:
        QuantshiftError: the file is missing or damaged, or its inputs or outputs differ from the record.
    """

    def __init__(
        self, file: FilePath, signature: Signature, threads: int = 1, entries: Mapping[str, str] | None = None
    ) -> None:
        """Open the file."""
        self.file, self.signature = file, signature
        self.session = session(file, threads, entries)
        # The shape of one answer, without the axis of samples.
        self.axes = self._check()
        # Samples per call, None for any number: a user's variant may have another fixed batch than the record's model.
        self.batch = fixed_batch(self.session.get_inputs()) or signature["batch"]

    @property
    def names(self) -> list[str]:
        """The names of the inputs."""
        return [spec["name"] for spec in self.signature["inputs"]]

    def _check(self) -> tuple[int, ...]:
        """Check that the file has the inputs and the output of the record, and return the shape of one answer."""
        inputs, outputs = self.session.get_inputs(), self.session.get_outputs()
        output = self.signature["output"]
        expected = {spec["name"]: spec for spec in self.signature["inputs"]}
        fits = {item.name for item in inputs} == set(expected) and all(
            _matches(item, expected[item.name]) for item in inputs
        )
        answers = [item for item in outputs if item.name == output["name"] and _is_answer(item, output)]
        if not fits or not answers:
            actual = ", ".join(f"{item.name} {item.type} {item.shape}" for item in (*inputs, *outputs))
            wanted = ", ".join(
                f"{name} {TYPES[spec['dtype']]} {['n', *spec['shape']]}" for name, spec in expected.items()
            )
            shape = "[n] or [n, 1]" if output["kind"] in SINGLE else f"[n, {output['classes']}]"
            raise QuantshiftError(
                f"{self.file} does not match its model record: it has {actual}, expected the inputs {wanted} and the "
                f"output {output['name']} {shape}; {remedy(self.file)}"
            )
        return tuple(answers[0].shape[1:])

    def expect(self, inputs: Stored, file: FilePath) -> None:
        """Check that stored inputs fit the model.

        Args:
            inputs: the stored inputs.
            file: their file, for the message.

        Raises:
            QuantshiftError: the inputs have another type or shape.
        """
        for spec in self.signature["inputs"]:
            stored = inputs[spec["name"]]
            shape = sample_shape(stored.shape[1:], spec["preprocessing"])
            if stored.dtype != np.dtype(spec["stored"]) or not _fits(shape, spec):
                raise QuantshiftError(
                    f"{file} has inputs {stored.dtype} {list(stored.shape)}, but {self.file} expects {spec['stored']} "
                    f"{['n', *spec['shape']]}: they do not belong together; delete both files and repeat the run "
                    "to rebuild them"
                )

    def predict(self, inputs: Stored, batch_size: int) -> NDArray[np.float32]:
        """Return the outputs of stored inputs, such as logits [n, classes].

        The inputs may be mapped from the disk.

        A model with a fixed batch size gets batches of that size, the last one padded with copies of its last sample.

        Args:
            inputs: stored inputs by name, [n, ...] each, which `expect` accepts.
            batch_size: samples per run of a model without a fixed batch size.
        """
        fixed = self.batch
        size = fixed or batch_size
        specs = self.signature["inputs"]
        # Slicing a memory map is slow; slicing a plain array view of its pages is not.
        stored = [inputs[spec["name"]].view(np.ndarray) for spec in specs]
        count = len(stored[0])
        logits = np.empty((count, *self.axes), dtype=np.float32)
        chunk = max(1, CHUNK // size) * size
        rows = min(_rows(array, chunk) for array in stored)
        runs: dict[int, BoundRun] = {}
        done = 0
        for part in zip(*(parts(array, rows * _width(array), rows) for array in stored), strict=True):
            for first in range(0, len(part[0]), chunk):
                samples = [array[first : first + chunk] for array in part]
                # Prepare small batches together, since a numpy call costs as much as preparing one of them.
                together = size < chunk
                if together:
                    samples = [prepare(array, spec) for array, spec in zip(samples, specs, strict=True)]
                for start in range(0, len(samples[0]), size):
                    batch = [array[start : start + size] for array in samples]
                    length = len(batch[0])
                    bound_size = fixed or length
                    run = runs.get(bound_size) or runs.setdefault(bound_size, BoundRun(self, bound_size))
                    run(batch, logits[done : done + length], prepared=together)
                    done += length
        return logits


class BoundRun:
    """Runs a network on batches of one size, with its inputs and its output bound to fixed arrays.

    At batch size 1 this takes a tenth less time than onnxruntime's plain `run`.

    Args:
        network: the network.
        size: samples in a batch.
    """

    def __init__(self, network: Network, size: int) -> None:
        """Bind the output; the inputs are bound with the first batch, which sets the lengths of free axes."""
        self.network, self.size = network, size
        output = network.signature["output"]
        self.logits = np.empty((size, *network.axes), dtype=np.float32)
        self.run = network.session.run_with_iobinding
        self.binding = network.session.io_binding()
        self.binding.bind_output(output["name"], "cpu", 0, np.float32, self.logits.shape, self.logits.ctypes.data)
        self.arrays: list[NDArray[Any]] = []

    def _bind(self, batch: list[NDArray[Any]], prepared: bool) -> None:
        """Bind input arrays with the shapes of a batch."""
        self.arrays = []
        for values, spec in zip(batch, self.network.signature["inputs"], strict=True):
            dtype = np.dtype(spec["dtype"])
            shape = values.shape[1:] if prepared else sample_shape(values.shape[1:], spec["preprocessing"])
            array = np.empty((self.size, *shape), dtype=dtype)
            self.binding.bind_input(spec["name"], "cpu", 0, dtype.type, array.shape, array.ctypes.data)
            self.arrays.append(array)

    def __call__(self, batch: list[NDArray[Any]], out: NDArray[np.float32], *, prepared: bool) -> None:
        """Write the logits of a batch to `out`.

        Args:
            batch: an array [n, ...] for each input, n at most `size`.
            out: [n, ...], such as [n, classes].
            prepared: whether the batch is already preprocessed; otherwise it holds stored values.
        """
        if not self.arrays:
            self._bind(batch, prepared)
        length = len(batch[0])
        if prepared and length == self.size:
            # At batch size 1 this is most of the cost outside of onnxruntime.
            for array, values in zip(self.arrays, batch, strict=True):
                array[...] = values
        else:
            self._fill(batch, length, prepared)
        self.run(self.binding)
        out[...] = self.logits[:length]

    def _fill(self, batch: list[NDArray[Any]], length: int, prepared: bool) -> None:
        """Copy a batch, which may be shorter than the arrays, and pad them with its last sample."""
        for values, array, spec in zip(batch, self.arrays, self.network.signature["inputs"], strict=True):
            if prepared:
                np.copyto(array[:length], values, casting="no")
            else:
                prepare(values, spec, out=array[:length])
            array[length:] = array[length - 1]


def fixed_batch(inputs: Sequence[NodeArg]) -> int | None:
    """Return the number of samples per call that a file states for its inputs; None for any number."""
    return next((item.shape[0] for item in inputs if item.shape and isinstance(item.shape[0], int)), None)


def _fits(shape: tuple[int, ...], spec: Input) -> bool:
    """Return whether a sample's shape fits an input."""
    expected = spec["shape"]
    return len(shape) == len(expected) and all(
        wanted in (None, length) for wanted, length in zip(expected, shape, strict=True)
    )


def _matches(item: NodeArg, spec: Input) -> bool:
    """Return whether an input of the file matches the record; a free axis matches any length."""
    axes = item.shape[1:]
    return (
        item.type == TYPES[spec["dtype"]]
        and len(axes) == len(spec["shape"])
        and all(
            not isinstance(length, int) or wanted is None or length == wanted
            for length, wanted in zip(axes, spec["shape"], strict=True)
        )
    )


def _is_answer(item: NodeArg, output: Output) -> bool:
    """Return whether an output of the file has the shape of the output in the record."""
    if output["kind"] in SINGLE:
        return len(item.shape) == 1 or (len(item.shape) == 2 and item.shape[1] == 1)
    return len(item.shape) == 2 and item.shape[1] == output["classes"]


def _width(array: NDArray[Any]) -> int:
    """Return the size of one sample in bytes."""
    return max(1, array[:1].nbytes)


def _rows(array: NDArray[Any], multiple: int) -> int:
    """Return the number of samples to read at a time: about PART bytes, rounded down to a multiple of `multiple`."""
    return max(1, PART // _width(array) // multiple) * multiple
