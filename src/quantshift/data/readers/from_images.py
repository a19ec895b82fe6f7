"""Data in a folder of images."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from quantshift.core.errors import QuantshiftError
from quantshift.core.kinds import IMAGE
from quantshift.data.preprocessing import sample_shape
from quantshift.data.readers.expected import ModelInput, expect_shape, quoted
from quantshift.data.readers.from_arrays import SINGLE
from quantshift.data.readers.given import GivenInputs, Labels
from quantshift.data.readers.image_decoding import upright_size
from quantshift.data.readers.image_folder import Images, find
from quantshift.data.readers.image_options import CROP, EXACT, ImageOptions
from quantshift.data.readers.image_rows import ImageRows
from quantshift.data.readers.labels import is_number, read_names, to_labels
from quantshift.data.readers.origins import Origins
from quantshift.data.readers.truth import TruthOptions


def read_folder(
    folder: Path,
    inputs: Sequence[ModelInput] | None,
    truth: TruthOptions,
    images: ImageOptions | None,
    by_class: bool | None,
) -> GivenInputs:
    """Read a folder of images (see `read.read`); no image is decoded yet."""
    if inputs is not None and len(inputs) != 1:
        names = [spec.name for spec in inputs]
        raise QuantshiftError(
            f"{folder} is a folder of images for a single input, but the model takes {quoted(names)}: give an .npz "
            "file with an array for each input"
        )
    spec = None if inputs is None else inputs[0]
    found = find(folder, by_class=by_class, side_files=truth.files)
    options = _complete(folder / found.files[0], images or ImageOptions(), spec)
    rows = ImageRows(folder, found.files, options)
    preprocessing = options.preprocessing("float32" if spec is None else spec.dtype)
    if spec is not None:
        expect_shape(sample_shape(rows.sample_shape, preprocessing), spec, str(folder))
    labels, groups = truth.read(len(rows), None, None, found.files)
    if labels is None and found.classes is not None:
        labels = _labels_of_folders(folder, found, truth)
    name = SINGLE if spec is None else spec.name
    origins = Origins(folder.name, np.arange(len(rows)), files=found.files)
    return GivenInputs(IMAGE, {name: rows}, origins, {name: preprocessing}, labels, groups)


def _complete(first: Path, options: ImageOptions, spec: ModelInput | None) -> ImageOptions:
    """Return options with a size: that of the model, or that of the first image, which all images then must have."""
    if spec is not None:
        options = options.for_shape(spec.shape)
    if options.size is not None:
        return options
    if options.fit == CROP:
        raise QuantshiftError(
            "images: fit 'crop' needs a size, since the model takes images of any size: state it (--size, or "
            "images.size in the config)"
        )
    return replace(options, size=upright_size(first, options), fit=EXACT)


def _labels_of_folders(folder: Path, images: Images, truth: TruthOptions) -> Labels:
    """Return the labels from the names of the class folders."""
    assert images.classes is not None
    names: Sequence[str] | None = images.folders
    if truth.classes is not None:
        names = read_names(truth.classes)
    elif any(is_number(name) for name in images.folders):
        names = None
    return to_labels(images.classes, len(images.files), f"{folder} (its class folders)", names)
