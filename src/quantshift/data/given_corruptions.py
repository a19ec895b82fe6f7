"""Apply corruptions to a user's own test data (rule `given_corruption`)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import Input
from quantshift.data.feeding import FEEDING, Feeding
from quantshift.data.labelled import read_truth
from quantshift.data.modalities import SIDE_FILE, image
from quantshift.data.readers.expected import ModelInput, quoted
from quantshift.data.readers.from_texts import encode
from quantshift.data.readers.given import IMAGE, TENSOR, TEXT
from quantshift.data.readers.text_options import TextOptions
from quantshift.data.stored import Stored, write
from quantshift.data.stored_inputs import Inputs, read_inputs
from quantshift.data.windows import window
from quantshift.seeds import generator
from quantshift.storage.arrays import Streamed, parts, select_lazily
from quantshift.storage.records import read_as, read_record

# Bytes of samples that are corrupted at a time, which bounds memory for test sets of any size.
PART = 8 << 20
# A corruption at a severity, with its random generator.
Change = Callable[[Any], Any]


class Corruption(NamedTuple):
    """A corruption at a severity.

    Attributes:
        collection: folder of `shifts` that has the shift.
        suite: name of the suite.
        shift: name of the shift.
        severity: 1 to 5, or 0 for a shift with one level.
        artifact: the fetched folder of the artifact that the shift needs, or None.
    """

    collection: str
    suite: str
    shift: str
    severity: int
    artifact: Path | None = None


@dataclass(frozen=True)
class TestData:
    """The stored test set of a user's own data.

    Attributes:
        name: its name.
        folder: the folder of the test set.
        feeding: how it becomes inputs.
        texts: how texts become inputs; None for other data.
    """

    name: str
    folder: Path
    feeding: Feeding
    texts: TextOptions | None = None

    # Keep pytest from collecting this class as a test because of its name.
    __test__ = False

    @classmethod
    def read(cls, name: str, feeding: Path, texts: TextOptions | None) -> "TestData":
        """Return the test set in the folder next to the record of how it becomes inputs.

        Raises:
            QuantshiftError: the record is missing or damaged.
        """
        return cls(name, feeding.parent / "test", read_record(feeding, Feeding, FEEDING), texts)


def store_corrupted(data: TestData, corruption: Corruption, limit: int | None, target: Path) -> None:
    """Write corrupted copies of test samples, with the labels and sources of their originals.

    Args:
        data: the test set.
        corruption: the corruption.
        limit: number of samples to corrupt, the size of the corruption's window (see `windows`); None for all.
        target: folder to write.

    Raises:
        QuantshiftError: a file is missing or damaged, or the corruption is for other data.
    """
    inputs = read_inputs(data.folder / "inputs.npz", [spec["name"] for spec in data.feeding["inputs"]])
    labels, sources = read_truth(data.folder, count=len(next(iter(inputs.values()))))
    side = read_as(data.folder / SIDE_FILE, list[str], "a list of the texts or origins of samples")
    index = window(data.name, corruption.collection, corruption.shift, sources, limit)
    shown = [side[position] for position in index]
    stored = _corrupted(data, corruption, inputs, index, shown)
    write(target, stored, labels[index], sources[index])


def _corrupted(
    data: TestData, corruption: Corruption, inputs: Inputs, index: NDArray[np.int64], shown: Sequence[str]
) -> Stored:
    """Return the corrupted copies of the samples at `index`; those of arrays are computed while they are written.

    Args:
        data: the test set.
        corruption: the corruption.
        inputs: its stored inputs.
        index: int64 [k].
        shown: texts or origins of these samples.
    """
    needed = () if corruption.artifact is None else (corruption.artifact,)
    random = generator("shift", data.name, corruption.suite, corruption.shift, corruption.severity)
    apply = members.load(f"shifts/{corruption.collection}", corruption.shift).apply
    change = partial(_applied, apply, corruption.severity, random, needed)
    required = _required(corruption.collection)
    modality = required.get("modality", data.feeding["modality"])
    if modality != _kind(data.feeding, inputs, modality):
        if modality == TENSOR and _kind(data.feeding, inputs, IMAGE) == IMAGE:
            raise QuantshiftError(
                f"the suite {corruption.suite!r}, also that of auto for arrays, is for {_KINDS[modality]}, but "
                f"the data {data.name!r} have {_KINDS[IMAGE]}: state --shifts images (shifts: [images] in the config)"
            )
        raise QuantshiftError(
            f"the suite {corruption.suite!r} is for {_KINDS[modality]}, but the data {data.name!r} have "
            f"{_listed(data.feeding['inputs'])}: choose another suite or none (--shifts, or shifts in the config)"
        )
    if modality == TEXT:
        return _texts(data, change, shown)
    if modality == IMAGE:
        return Stored(dict(_images(inputs, index, change, required, corruption)), shown)
    return Stored(dict(_features(inputs, index, change)), shown)


_KINDS = {IMAGE: "images (uint8)", TEXT: "texts", TENSOR: "inputs of floating-point numbers"}


def _kind(feeding: Feeding, inputs: Inputs, wanted: str) -> str | None:
    """Return the kind of data, as far as it is one that `wanted` may be; None if it is another one."""
    if feeding["modality"] == TEXT or wanted == TEXT:
        return TEXT if feeding["modality"] == wanted else None
    images = [name for name, array in inputs.items() if _is_image(array)]
    if wanted == IMAGE:
        return IMAGE if images else None
    return TENSOR if any(array.dtype.kind == "f" for array in inputs.values()) else None


def _is_image(array: NDArray[Any]) -> bool:
    return array.dtype == np.uint8 and (array.ndim == 3 or (array.ndim == 4 and array.shape[1] in (1, 3)))


def _required(collection: str) -> dict[str, Any]:
    """Return the properties that a collection of shifts requires of data."""
    if not members.file_of(f"shifts/{collection}/__init__").is_file():
        return {}
    required: dict[str, Any] = members.constants(f"shifts/{collection}/__init__").get("TAKES", {})
    return required


def _images(
    inputs: Inputs, index: NDArray[np.int64], change: Change, required: dict[str, Any], corruption: Corruption
) -> Iterator[tuple[str, Streamed]]:
    """Yield the inputs with corrupted images; other inputs stay."""
    for name, array in inputs.items():
        if not _is_image(array):
            yield name, _selected(array, index)
            continue
        shape = array.shape[1:] if array.ndim == 4 else (1, *array.shape[1:])
        if required.get("channels", shape[0]) != shape[0] or required.get("shape", shape) != shape:
            raise QuantshiftError(
                f"the suite {corruption.suite!r} is for images of {required}, but the images have the shape "
                f"{list(shape)} (channels, height, width): choose the suite images, which is for all of "
                "them (--shifts, or shifts in the config)"
            )
        yield name, Streamed((len(index), *array.shape[1:]), array.dtype, _changed_images(array, index, change))


def _changed_images(array: NDArray[Any], index: NDArray[np.int64], change: Change) -> Iterator[NDArray[Any]]:
    for part in parts(select_lazily(array, index), PART):
        yield change(part) if array.ndim == 3 else image.stored(change(image.planes(part)))


def _features(inputs: Inputs, index: NDArray[np.int64], change: Change) -> Iterator[tuple[str, Streamed]]:
    """Yield the inputs with corrupted numbers; inputs that are no floating-point numbers stay."""
    for name, array in inputs.items():
        if array.dtype.kind == "f":
            blocks = _changed_features(array, index, change)
            yield name, Streamed((len(index), *array.shape[1:]), array.dtype, blocks)
        else:
            yield name, _selected(array, index)


def _changed_features(array: NDArray[Any], index: NDArray[np.int64], change: Change) -> Iterator[NDArray[Any]]:
    """Yield blocks of corrupted features; values that the corruption leaves as they are stay exactly the same."""
    mean, deviation = moments(array)
    scale = np.where(deviation > 0, deviation, 1)
    for part in parts(select_lazily(array, index), PART):
        units = ((part - mean) / scale).astype(np.float32)
        changed = np.asarray(change(units))
        values = (mean + changed * deviation).astype(array.dtype)
        # A missing value stays missing.
        yield np.where((changed == units) | ~np.isfinite(part), part, values)


def moments(array: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the mean and the standard deviation of each feature, [...] each, of an array [n, ...].

    The array is read in parts. Missing and infinite values do not count; a feature without others has the mean 0.
    """
    count = np.zeros(array.shape[1:], dtype=np.int64)
    mean, squares = np.zeros(array.shape[1:]), np.zeros(array.shape[1:])
    for part in parts(array, PART):
        finite = np.isfinite(part)
        number = finite.sum(axis=0)
        values = np.where(finite, part, 0).astype(np.float64)
        own = values.sum(axis=0) / np.maximum(number, 1)
        spread = (np.where(finite, values - own, 0) ** 2).sum(axis=0)
        # Source: Chan, Golub and LeVeque, Updating formulae and a pairwise algorithm for computing sample variances.
        total = np.maximum(count + number, 1)
        difference = np.where(number > 0, own - mean, 0)
        squares += spread + difference**2 * count * number / total
        mean += difference * number / total
        count += number
    return mean, np.sqrt(squares / np.maximum(count, 1))


def _texts(data: TestData, change: Change, texts: Sequence[str]) -> Stored:
    """Return corrupted texts as tokens."""
    if data.texts is None:
        raise QuantshiftError(
            f"the data {data.name!r} have no tokenizer: state it (--tokenizer and --length, or texts in the config)"
        )
    changed = change(list(texts))
    specs = [ModelInput(spec["name"], spec["dtype"], tuple(spec["shape"])) for spec in data.feeding["inputs"]]
    tokens = encode(changed, f"the corrupted texts of the data {data.name!r}", specs, data.texts)
    return Stored({name: Streamed.of(rows) for name, rows in tokens.items()}, changed)


def _selected(array: NDArray[Any], index: NDArray[np.int64]) -> Streamed:
    return Streamed((len(index), *array.shape[1:]), array.dtype, parts(select_lazily(array, index), PART))


def _listed(inputs: Sequence[Input]) -> str:
    return quoted([f"{spec['name']} {spec['stored']} {spec['shape']}" for spec in inputs])


def _applied(apply: Any, severity: int, random: np.random.Generator, needed: tuple[Path, ...], inputs: Any) -> Any:
    return apply(inputs, severity, random, *needed)
