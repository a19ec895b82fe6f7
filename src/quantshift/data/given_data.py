"""Store a user's own data as the splits and shifted test sets of a study (rules `given_data` and `given_shift`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.core.names import GIVEN_SUITE
from quantshift.core.signature import Signature
from quantshift.data.feeding import Feeding
from quantshift.data.foreign_sources import foreign_sources
from quantshift.data.labelled import NO_LABEL
from quantshift.data.readers.division import TEST, calibration_size, divide
from quantshift.data.readers.expected import ModelInput, quoted
from quantshift.data.readers.given import GivenInputs
from quantshift.data.readers.image_options import ImageOptions, Values
from quantshift.data.readers.origins import Origin
from quantshift.data.readers.pairing import paired_sources
from quantshift.data.readers.read import read
from quantshift.data.readers.specs import describe
from quantshift.data.readers.table_options import TableOptions
from quantshift.data.readers.text_options import TextOptions
from quantshift.data.readers.truth import TruthOptions
from quantshift.data.stored import Stored, write
from quantshift.storage.records import read_record, write_record

CALIBRATION, VALIDATION = "calibration", "validation"
Settings = Mapping[str, Any]


@dataclass(frozen=True)
class GivenData:
    """A user's own data.

    Attributes:
        name: its name.
        settings: its section of the config (`data.<name>`).
        expected: the inputs of the models that use it.
        classes: number of classes of these models; None if it is not known.
        constants: inputs that are the same for all samples, which are part of the models; data may hold them.
    """

    name: str
    settings: Settings
    expected: Sequence[ModelInput]
    classes: int | None = None
    constants: Sequence[str] = ()

    def test(self) -> GivenInputs:
        """Read the clean test set as it is, before calibration data are taken from it."""
        return self._read(self.settings["test"])

    def shifted(self, shift: str) -> GivenInputs:
        """Read one of the shifted test sets as it is."""
        return self._read(self.settings["shifted"][shift])

    def parts(self, test: GivenInputs) -> tuple[GivenInputs, GivenInputs, NDArray[np.int64]]:
        """Return the calibration data, the clean test set, and the positions of its samples in the test data.

        Raises:
            QuantshiftError: the data have too few samples or groups.
        """
        if "calibration" in self.settings:
            return self._read(self.settings["calibration"]), test, np.arange(len(test))
        size = self.settings.get("calibration_samples") or calibration_size(len(test))
        try:
            parts = divide(test.clusters(), {CALIBRATION: size})
        except QuantshiftError as error:
            raise QuantshiftError(f"{self.settings['test']['file']}: {error}") from error
        return test.select(parts[CALIBRATION]), test.select(parts[TEST]), parts[TEST]

    def _read(self, files: Settings) -> GivenInputs:
        part = self._read_any(files)
        self._expect_classes(part, files)
        return part

    def _expect_classes(self, part: GivenInputs, files: Settings) -> None:
        """Check that all labels are classes of the model, and that the numbers of named classes are known.

        Raises:
            QuantshiftError: one is not, or the data have other names than the model has classes.
        """
        if part.labels is None or self.classes is None:
            return
        names = part.labels.names
        # Sorted names are the model's classes in their order only if none is missing.
        if names is not None and not self.settings.get("names") and len(names) != self.classes:
            raise QuantshiftError(
                f"{files.get('labels') or files['file']} has labels with {len(names)} names, but the model has "
                f"{self.classes} classes, so it is not known which class a name stands for: state the names of all "
                "classes in the order of the model's classes (--names, or names in the config)"
            )
        beyond = np.flatnonzero(part.labels.values >= self.classes)
        if not len(beyond):
            return
        row = int(beyond[0])
        label = int(part.labels.values[row])
        origin = part.origins[row]
        where = origin.file if origin.row is None else f"row {row} (counted from 0)"
        named = "" if names is None else f" ({names[label]!r})"
        raise QuantshiftError(
            f"{files.get('labels') or files['file']} has the label {label}{named} in {where}, but the model has "
            f"{self.classes} classes, 0 to {self.classes - 1}: correct the labels, or state the names of the model's "
            "classes in their order (--names, or names in the config)"
        )

    def _read_any(self, files: Settings) -> GivenInputs:
        settings = self.settings
        truth = TruthOptions(_path(files.get("labels")), _path(files.get("groups")), _path(settings.get("names")))
        table = settings.get("table")
        return read(
            Path(files["file"]),
            self.expected,
            truth=truth,
            images=_image_options(settings.get("images")),
            texts=text_options(settings),
            table=None if table is None else TableOptions(**table),
            ignored=self.constants,
        )


def store_splits(data: GivenData, feeding: Path) -> None:
    """Write the splits of a user's own data, and how they become inputs.

    Detectors are fitted on the calibration data, which are therefore stored as validation data too.

    Args:
        data: the data.
        feeding: the record to write, in the folder that gets a folder for each split.

    Raises:
        QuantshiftError: a file is missing or damaged, or does not fit the models.
    """
    everything = data.test()
    calibration, test, index = data.parts(everything)
    for name in (CALIBRATION, VALIDATION):
        _store(feeding.parent / name, calibration, foreign_ids(calibration, CALIBRATION))
    # Without groups, a sample's source is its position in the whole file, as in paired shifted sets.
    _store(feeding.parent / TEST, test, everything.clusters()[index])
    record = Feeding(
        modality=test.modality,
        inputs=describe(test, data.expected),
        classes=None if test.labels is None or test.labels.names is None else list(test.labels.names),
    )
    write_record(feeding, record)


def store_shifted(data: GivenData, shift: str, target: Path) -> None:
    """Write a shifted test set.

    Args:
        data: the data.
        shift: its name.
        target: the folder to write.

    Raises:
        QuantshiftError: a file is missing or damaged, does not fit the models, or has no copy of each test sample
            though the config states that it has.
    """
    everything, shifted = data.test(), data.shifted(shift)
    expect_same_classes(everything, shifted, shift)
    if not data.settings["shifted"][shift].get("paired", False):
        _store(target, shifted, foreign_ids(shifted, shift))
        return
    sources = paired_sources(everything, shifted, shift)
    *_, index = data.parts(everything)
    own = shifted.select(index)
    labels = everything.select(index).labels if own.labels is None else own.labels
    _store(target, own, sources[index], None if labels is None else labels.values)


def expect_same_classes(test: GivenInputs, shifted: GivenInputs, shift: str) -> None:
    """Check that the labels of two sets have the same names, since classes are numbered by their sorted names.

    Raises:
        QuantshiftError: they have not, so that one number would stand for two classes.
    """
    if test.labels is None or shifted.labels is None or test.labels.names == shifted.labels.names:
        return
    raise QuantshiftError(
        f"the shifted set {shift!r} has labels of {_names(shifted)}, and the test set of {_names(test)}: state the "
        "names of the model's classes in their order (--names, or names in the config), so that both have the same "
        "numbers"
    )


def _names(part: GivenInputs) -> str:
    names = None if part.labels is None else part.labels.names
    return "numbers" if names is None else f"the classes {quoted(names)}"


def foreign_ids(part: GivenInputs, name: str) -> NDArray[np.int64]:
    """Return the sources of samples that are not in the clean test set: below 0, and different for each name."""
    _, groups = np.unique(part.clusters(), return_inverse=True)
    return foreign_sources(GIVEN_SUITE, name, int(groups.max(initial=-1)) + 1)[groups]


def text_options(settings: Settings) -> TextOptions | None:
    """Return how texts become inputs, from the section of a user's own data; None if it has no texts."""
    texts = settings.get("texts")
    return None if texts is None else TextOptions(**{**texts, "tokenizer": Path(texts["tokenizer"])})


def class_count(signatures: Sequence[Path]) -> int | None:
    """Return the number of classes of the models that use some data; None if no model states it.

    Raises:
        QuantshiftError: a signature is missing or damaged.
    """
    outputs = [read_record(file, Signature, "the signature of a model")["output"] for file in signatures]
    return min((output["classes"] for output in outputs if output["classes"]), default=None)


def expected_inputs(signatures: Sequence[Path]) -> list[ModelInput]:
    """Return the inputs that data must have, from the signatures of the models that use them.

    Raises:
        QuantshiftError: a signature is missing or damaged, or two models take different inputs.
    """
    by_file = {
        file: [
            ModelInput(spec["name"], spec["dtype"], tuple(spec["shape"]))
            for spec in read_record(file, Signature, "the signature of a model")["inputs"]
        ]
        for file in signatures
    }
    (first, inputs), *others = by_file.items()
    for file, its in others:
        if its != inputs:
            raise QuantshiftError(
                f"the models of {first.parent} and {file.parent} take different inputs, {_listed(inputs)} and "
                f"{_listed(its)}, but share their data: give each data of its own under `data` in the config"
            )
    return inputs


def _store(
    folder: Path, part: GivenInputs, sources: NDArray[np.int64], labels: NDArray[np.int64] | None = None
) -> None:
    if labels is None:
        labels = np.full(len(part), NO_LABEL) if part.labels is None else part.labels.values
    side = [_shown(part.origins[sample]) for sample in range(len(part))]
    write(folder, Stored.of(part.named(), side), labels, sources)


def _shown(origin: Origin) -> str:
    """Return what the report shows of a sample: its text, or where it comes from."""
    if origin.text is not None:
        return origin.text
    return origin.file if origin.row is None else f"{origin.file}, row {origin.row}"


def _image_options(settings: Settings | None) -> ImageOptions | None:
    """Return the options of images, whose `scale`, `mean` and `std` stand for a preset of values."""
    if settings is None:
        return None
    options = dict(settings)
    numbers = {name: options.pop(name) for name in ("scale", "mean", "std") if name in options}
    if numbers:
        values = (tuple(numbers.get(name, ())) for name in ("mean", "std"))
        options["values"] = Values(numbers.get("scale", 1.0), *values)
    if "grey" in options:
        options["colours"] = 1 if options.pop("grey") else 3
    if "size" in options:
        options["size"] = tuple(options["size"])
    return ImageOptions(**options)


def _path(value: str | None) -> Path | None:
    return None if value is None else Path(value)


def _listed(inputs: Sequence[ModelInput]) -> str:
    return ", ".join(f"{spec.name} {spec.dtype} {list(spec.shape)}" for spec in inputs)
