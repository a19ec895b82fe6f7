"""Data in `.npz` and `.npy` files."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.core.kinds import IMAGE, TENSOR
from quantshift.core.signature import BGR, CHANNELS_LAST, Preprocessing
from quantshift.data.named import unequal_counts
from quantshift.data.preprocessing import sample_shape
from quantshift.data.readers.expected import ModelInput, by_name, convert, expect_shape, name_mistake, quoted
from quantshift.data.readers.given import GivenInputs
from quantshift.data.readers.image_options import COLOURS, ImageOptions
from quantshift.data.readers.npy import read_npy
from quantshift.data.readers.npz import read_npz
from quantshift.data.readers.origins import Origins
from quantshift.data.readers.truth import TruthOptions
from quantshift.storage.arrays import Rows

Array = NDArray[Any] | Rows
# Name of the only input if the model's is not known.
SINGLE = "input"
# How a user states them, for messages.
CONSTANTS = "(--constant, or the model's constants in the config)"


def read_array(
    path: Path,
    inputs: Sequence[ModelInput] | None,
    truth: TruthOptions,
    images: ImageOptions | None,
) -> GivenInputs:
    """Read a `.npy` file, the only input of a model (see `read.read`)."""
    names = [SINGLE] if inputs is None else [spec.name for spec in inputs]
    if len(names) != 1:
        raise QuantshiftError(
            f"{path} holds a single array, but the model takes {quoted(names)}: give an .npz file with an array "
            f"for each, or state inputs that are the same for all samples as constants {CONSTANTS}"
        )
    return _given(path, {names[0]: read_npy(path)}, inputs, truth, images)


def read_archive(
    path: Path,
    inputs: Sequence[ModelInput] | None,
    truth: TruthOptions,
    images: ImageOptions | None,
    ignored: Collection[str] = (),
) -> GivenInputs:
    """Read an `.npz` file with an array for each input of a model (see `read.read`)."""
    arrays = {name: array for name, array in read_npz(path).items() if name not in ignored}
    return _given(path, arrays, inputs, truth, images)


def _given(
    path: Path,
    arrays: Mapping[str, NDArray[Any]],
    inputs: Sequence[ModelInput] | None,
    truth: TruthOptions,
    images: ImageOptions | None,
) -> GivenInputs:
    """Check the arrays of a file and return them as the data of a model."""
    specs = by_name(inputs)
    columns = truth.columns(list(arrays), list(specs), path)
    features = {name: array for name, array in arrays.items() if name not in columns}
    _expect_samples(path, features, inputs)
    stored: dict[str, Array] = {}
    preprocessing: dict[str, Preprocessing] = {}
    for name, array in features.items():
        stored[name], record = _input(_where(path, name), array, specs.get(name), images)
        if record is not None:
            preprocessing[name] = record
    if images is not None and not preprocessing:
        raise QuantshiftError(
            f"{path} holds no bytes (uint8), but options of images are stated: save pixels 0..255 as uint8, or leave "
            "the options out (such as --values; images in the config) and give the values that the model takes"
        )
    count = len(next(iter(features.values())))
    labels, groups = truth.read(
        count,
        None if columns[0] is None else (arrays[columns[0]], _where(path, columns[0])),
        None if columns[1] is None else (arrays[columns[1]], _where(path, columns[1])),
    )
    return GivenInputs(
        IMAGE if len(features) == 1 and preprocessing and _is_image(next(iter(stored.values()))) else TENSOR,
        stored,
        Origins(path.name, np.arange(count)),
        preprocessing,
        labels,
        groups,
    )


def _expect_samples(path: Path, features: dict[str, NDArray[Any]], inputs: Sequence[ModelInput] | None) -> None:
    """Check that the arrays are the inputs of the model, with the same samples.

    Raises:
        QuantshiftError: inputs are missing or too many, or have different numbers of samples.
    """
    if inputs is not None and (mistake := name_mistake(features, inputs)):
        hint = f", or state an input that is the same for all samples as a constant {CONSTANTS}"
        missing = any(spec.name not in features for spec in inputs)
        raise QuantshiftError(
            f"{path} {mistake}; save each input under its name with numpy.savez{hint if missing else ''}"
        )
    if not features:
        raise QuantshiftError(f"{path} has no array of inputs: give one with samples as its first axis")
    for name, array in features.items():
        if array.ndim == 0:
            raise QuantshiftError(f"{_where(path, name)} is a single number, expected samples as its first axis")
    if fault := unequal_counts(features):
        raise QuantshiftError(
            f"{path} holds {fault}: give each sample in every array, or state an input that is the same for all "
            f"samples as a constant {CONSTANTS}"
        )


def _where(path: Path, name: str) -> str:
    """Return how messages name an array; a `.npy` file has only one."""
    return f"{path}, array {name!r}," if path.suffix.lower() == ".npz" else str(path)


def _input(
    where: str, array: NDArray[Any], spec: ModelInput | None, images: ImageOptions | None
) -> tuple[Array, Preprocessing | None]:
    """Return an input in stored form, and its preprocessing."""
    dtype = "float32" if spec is None else spec.dtype
    as_bytes = array.dtype == np.uint8
    if as_bytes and images is None and array.ndim >= 3 and spec is not None and dtype != "uint8":
        raise QuantshiftError(
            f"{where} holds bytes (uint8), but the model takes {dtype}: state which values it takes for pixels, such "
            "as 0..1, 0..255 or imagenet (--values, or images.values in the config), or save the values that it takes"
        )
    if as_bytes and (images is not None or (dtype == "uint8" and array.ndim == 4)):
        stored, record = _image(array, dtype, spec, images or ImageOptions())
        if spec is not None:
            expect_shape(sample_shape(stored.shape[1:], record), spec, where)
        return stored, record
    if spec is None:
        return array, None
    expect_shape(array.shape[1:], spec, where)
    return convert(array, dtype, where), None


def _image(
    array: NDArray[Any], dtype: str, spec: ModelInput | None, options: ImageOptions
) -> tuple[NDArray[Any], Preprocessing]:
    """Return bytes in the model's layout as stored images, without copying, and their preprocessing."""
    if array.ndim != 4:
        # Without an axis of channels there is no layout.
        return array, replace(options, layout=None, colours=1).preprocessing(dtype)
    options = options.for_shape(array.shape[1:] if spec is None else spec.shape)
    last = options.layout == CHANNELS_LAST
    channels = array.shape[-1] if last else array.shape[1]
    if channels not in COLOURS:
        return array, replace(options, layout=None, channels="RGB", colours=1).preprocessing(dtype)
    record = replace(options, colours=channels).preprocessing(dtype)
    stored = np.moveaxis(array, -1, 1) if last else array
    return stored[:, ::-1] if record.get("channels") == BGR else stored, record


def _is_image(array: Array) -> bool:
    return array.dtype == np.uint8 and len(array.shape) == 4 and array.shape[1] in COLOURS
