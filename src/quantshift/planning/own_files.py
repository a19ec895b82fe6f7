"""The sizes of a user's own models and data, from the files themselves or from the results of a finished run.

Only headers and the names of images are read, and tables, whose rows are not counted anywhere.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quantshift.core.errors import QuantshiftError
from quantshift.core.external_data import external_files
from quantshift.core.model_id import ModelId
from quantshift.core.names import GIVEN_SUITE
from quantshift.core.signature import MODEL_RECORD, ModelRecord
from quantshift.core.test_set import CLEAN, VALIDATION, TestSet
from quantshift.data.readers.division import calibration_size
from quantshift.data.readers.image_folder import find
from quantshift.data.readers.npy import Header, read_header, unreadable
from quantshift.data.readers.npz import read_headers
from quantshift.data.readers.side_files import TABLES
from quantshift.data.readers.tables import read_table
from quantshift.data.readers.truth import GROUPS, LABELS
from quantshift.storage.records import read_record
from quantshift.study import GIVEN_INPUTS, Study, files_of, test_folder

ARRAYS = (".npy", ".npz")


@dataclass(frozen=True)
class OwnData:
    """The sizes of a user's own data.

    Attributes:
        samples: number of samples of the calibration data, which are stored as validation data too, of the clean test
            set and of the user's shifted test sets.
        values: number of values of a sample, or None if the test set is no array.
    """

    samples: Mapping[TestSet, int]
    values: int | None


@dataclass(frozen=True)
class OwnFiles:
    """The sizes of a user's own models and data.

    Attributes:
        models: bytes of each model by its name, with its external data.
        data: sizes of each data by its name.
    """

    models: Mapping[str, int] = field(default_factory=dict)
    data: Mapping[str, OwnData] = field(default_factory=dict)


def of_files(study: Study) -> OwnFiles:
    """Return the sizes of the user's files.

    Args:
        study: the study, whose config has absolute paths.

    Raises:
        QuantshiftError: a file is damaged, or its samples are too few.
    """
    models = {model.architecture: model_bytes(_file(study, model)) for model in study.given}
    return OwnFiles(models, {name: _data_of_files(study, name) for name in study.given_data})


def of_run(study: Study, folder: Path) -> OwnFiles:
    """Return the sizes of the user's files as a finished run has read them; they may have changed since.

    Args:
        study: the study of the run, whose config has absolute paths.
        folder: the folder of the run. What its results lack is read from the user's files.

    Raises:
        QuantshiftError: as for `of_files`.
    """
    models, data = {}, {}
    for model in study.given:
        try:
            record = read_record(folder / f"results/models/{model.path}/model.json", ModelRecord, MODEL_RECORD)
            models[model.architecture] = record["file_bytes"]
        except (QuantshiftError, KeyError):
            models[model.architecture] = model_bytes(_file(study, model))
    for name in study.given_data:
        try:
            data[name] = _data_of_run(study, name, folder)
        except QuantshiftError:
            data[name] = _data_of_files(study, name)
    return OwnFiles(models, data)


def model_bytes(file: str) -> int:
    """Return the bytes of an ONNX file and of its external data."""
    return sum(Path(part).stat().st_size for part in (file, *external_files(file)))


def _file(study: Study, model: ModelId) -> str:
    return str(study.config["models"][model.architecture]["file"])


def _data_of_files(study: Study, name: str) -> OwnData:
    settings, constants = study.config["data"][name], study.constants(name)
    counts = {
        test_set: _size(settings, settings["shifted"][test_set.shift], constants)[0]
        for test_set in own_shifts(study, name)
        if not settings["shifted"][test_set.shift].get("paired")
    }
    count, values = _size(settings, settings["test"], constants)
    if "calibration" in settings:
        calibration, _ = _size(settings, settings["calibration"], constants)
    else:
        calibration = settings.get("calibration_samples") or calibration_size(count)
        count -= calibration
    if count <= 0:
        raise QuantshiftError(
            f"{settings['test']['file']} has no samples besides {calibration} for calibration "
            f"(data.{name}): add samples, or state calibration data"
        )
    paired = dict.fromkeys(own_shifts(study, name), count)
    return OwnData({VALIDATION: calibration, CLEAN: count, **paired, **counts}, values)


def _data_of_run(study: Study, name: str, folder: Path) -> OwnData:
    test_sets = [VALIDATION, CLEAN, *own_shifts(study, name)]
    samples = {test_set: _length(folder / test_folder(name, test_set) / "labels.npy") for test_set in test_sets}
    values = None
    if study.config["data"][name]["test"]["file"].lower().endswith(ARRAYS):
        values = _values(read_headers(folder / test_folder(name, CLEAN) / GIVEN_INPUTS))
    return OwnData(samples, values)


def own_shifts(study: Study, name: str) -> list[TestSet]:
    """Return the shifted test sets that the user gives."""
    return study.test_sets(name, GIVEN_SUITE)


def _size(settings: Mapping[str, Any], files: Mapping[str, Any], constants: list[str]) -> tuple[int, int | None]:
    """Return the number of samples of a test set, and the number of values of each if they are in arrays.

    Raises:
        QuantshiftError: the file is damaged, or is of an unknown kind.
    """
    path = Path(files["file"])
    if path.is_dir():
        others = [Path(file) for file in files_of({**settings, "test": files}, "test")]
        return len(find(path, side_files=others).files), None
    match path.suffix.lower():
        case ".npy":
            header = _header(path)
            return _samples(path, {path.stem: header}), _values({path.stem: header})
        case ".npz":
            headers = {name: header for name, header in read_headers(path).items() if name not in constants}
            features = {name: header for name, header in headers.items() if name not in (*LABELS, *GROUPS)}
            return _samples(path, features or headers), _values(features)
        case suffix if suffix in TABLES:
            return read_table(path).rows, None
        case _:
            raise QuantshiftError(
                f"{path} has an unknown format: expected .npz, .npy, .csv, .tsv, .parquet or a folder of images"
            )


def _samples(path: Path, headers: Mapping[str, Header]) -> int:
    """Return the length of the first axis."""
    lengths = [header.shape[0] for header in headers.values() if header.shape]
    if not lengths:
        raise QuantshiftError(f"{path} has no array with samples along its first axis: expected the model's inputs")
    return lengths[0]


def _values(headers: Mapping[str, Header]) -> int:
    return sum(math.prod(header.shape[1:]) for header in headers.values())


def _length(file: Path) -> int:
    return _samples(file, {file.stem: _header(file)})


def _header(file: Path) -> Header:
    try:
        with file.open("rb") as stream:
            return read_header(stream, str(file))
    except OSError as error:
        raise unreadable(file, ".npy array", error) from error
