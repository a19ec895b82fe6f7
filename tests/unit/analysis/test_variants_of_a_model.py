"""One job compares all variants of a model, and one tries the detectors on all of them: as each alone would be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from quantshift.analysis.comparison import comparison
from quantshift.analysis.comparisons import write_comparisons
from quantshift.analysis.detection.detections import write_detections
from quantshift.analysis.detection.detectors import detections
from quantshift.core.errors import QuantshiftError
from quantshift.core.model_id import ModelId
from quantshift.core.test_set import TestSet
from quantshift.data import truth
from quantshift.storage import archives
from quantshift.storage.arrays import write_array
from quantshift.storage.files import read_json
from quantshift.tables import schemas
from quantshift.tasks.classification import CLASSIFICATION

N = 200
MODEL = ModelId("mnist", "lenet5", "standard", 0)
SUITES = {"clean": ["none/0", "validation/0"], "digits": ["digits/0"]}
NOISES = {"float32": 0.0, "float16": 0.01, "static_int8": 0.5}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Return the folder of a model's logits and labels."""
    random = np.random.default_rng(0)
    clean = {key: random.normal(0, 3, (N, 4)).astype(np.float32) for keys in SUITES.values() for key in keys}
    for variant, noise in NOISES.items():
        for suite, keys in SUITES.items():
            noisy = {key: clean[key] + np.float32(noise) * random.normal(size=(N, 4)).astype("f4") for key in keys}
            archives.write(tmp_path / f"logits/{variant}/{suite}.npz", noisy)
    folders = {}
    for suite, keys in SUITES.items():
        folder = tmp_path / "sets" / suite
        write_array(folder / "labels.npy", random.integers(0, 4, N))
        write_array(folder / "sources.npy", np.arange(N))
        folders[TestSet.parse(f"{suite}/{keys[0]}")] = folder
    truth.gather(folders, tmp_path / "truth.npz", 4)
    return tmp_path


def files(study: Path, kind: str, variants: list[str], ending: str) -> list[Path]:
    return [study / kind / f"{variant}.{ending}" for variant in variants]


def alone(study: Path, variant: str) -> dict[str, Any]:
    return {
        "cell": MODEL.cell(variant),
        "reference": {suite: study / f"logits/float32/{suite}.npz" for suite in SUITES},
        "variant": {suite: study / f"logits/{variant}/{suite}.npz" for suite in SUITES},
        "truth_file": study / "truth.npz",
    }


def content(file: Path) -> Any:
    """Return the bytes of a table, or the arrays of an archive, whose checksum is of its own place."""
    return archives.read_all(file) if file.suffix == ".npz" else file.read_bytes()


def test_comparisons_are_those_of_each_variant(study: Path) -> None:
    variants = list(NOISES)
    write_comparisons(
        model=MODEL,
        logits=sorted(study.glob("logits/*/*.npz")),
        truth_file=study / "truth.npz",
        tables=files(study, "comparisons", variants, "csv"),
        masks=files(study, "comparisons", variants, "npz"),
        inputs=files(study, "disagreements", variants, "csv"),
        weakest=files(study, "comparisons", variants, "json"),
        task=CLASSIFICATION,
    )
    for variant in variants:
        own = study / "alone" / variant
        comparison(**alone(study, variant)).write(
            table=own.with_suffix(".csv"),
            masks=own.with_suffix(".npz"),
            inputs=own.with_suffix(".inputs"),
            weakest=own.with_suffix(".json"),
        )
        assert content(study / f"comparisons/{variant}.csv") == content(own.with_suffix(".csv"))
        assert content(study / f"disagreements/{variant}.csv") == content(own.with_suffix(".inputs"))
        np.testing.assert_equal(content(study / f"comparisons/{variant}.npz"), content(own.with_suffix(".npz")))


def test_detections_are_those_of_each_variant(study: Path) -> None:
    variants = [variant for variant in NOISES if variant != "float32"]
    write_detections(
        model=MODEL,
        logits=sorted(study.glob("logits/*/*.npz")),
        truth_file=study / "truth.npz",
        tables=files(study, "detections", variants, "csv"),
        draws=files(study, "detections", variants, "npz"),
        task=CLASSIFICATION,
    )
    for variant in variants:
        own = study / "alone" / f"{variant}.npz"
        detections(**alone(study, variant)).write(table=own.with_suffix(".csv"), draws=own)
        assert content(study / f"detections/{variant}.csv") == content(own.with_suffix(".csv"))
        np.testing.assert_equal(content(study / f"detections/{variant}.npz"), content(own))


@pytest.fixture
def refused(study: Path) -> Path:
    """Return the folder of a model that cannot take the preset of static_int8: its archives have no arrays."""
    for suite in SUITES:
        archives.store(study / f"logits/static_int8/{suite}.npz", ())
    return study


def compare(study: Path, variants: list[str]) -> None:
    write_comparisons(
        model=MODEL,
        logits=sorted(study.glob("logits/*/*.npz")),
        truth_file=study / "truth.npz",
        tables=files(study, "comparisons", variants, "csv"),
        masks=files(study, "comparisons", variants, "npz"),
        inputs=files(study, "disagreements", variants, "csv"),
        weakest=files(study, "comparisons", variants, "json"),
        task=CLASSIFICATION,
    )


def detect(study: Path, variants: list[str]) -> None:
    write_detections(
        model=MODEL,
        logits=sorted(study.glob("logits/*/*.npz")),
        truth_file=study / "truth.npz",
        tables=files(study, "detections", variants, "csv"),
        draws=files(study, "detections", variants, "npz"),
        task=CLASSIFICATION,
    )


def test_a_comparison_without_logits_has_no_rows(refused: Path) -> None:
    compare(refused, list(NOISES))
    table, inputs = (refused / f"{kind}/static_int8.csv" for kind in ("comparisons", "disagreements"))
    assert table.read_text() == ",".join(schemas.EVALUATION.columns) + "\n"
    assert inputs.read_text() == ",".join(schemas.DISAGREEMENTS.columns) + "\n"
    assert archives.is_empty(refused / "comparisons/static_int8.npz")
    weakest, other = (read_json(refused / f"comparisons/{name}.json") for name in ("static_int8", "float16"))
    assert set(weakest) == set(other)
    del weakest["crc32"]
    names = {key for key, value in weakest.items() if value == ""}
    assert names == {"worst_shift", "worst_class", "steepest_shift"}
    assert {value for key, value in weakest.items() if key not in names} == {None}
    assert (refused / "comparisons/float16.csv").read_text().count("\n") == 3


def test_detections_without_logits_have_no_rows(refused: Path) -> None:
    detect(refused, ["float16", "static_int8"])
    table = (refused / "detections/static_int8.csv").read_text()
    assert table == ",".join(schemas.DETECTORS.columns) + "\n"
    assert archives.is_empty(refused / "detections/static_int8.npz")
    assert (refused / "detections/float16.csv").read_text().startswith(table)


@pytest.mark.parametrize("job", [compare, detect])
def test_float32_must_have_logits(study: Path, job: Callable[..., None]) -> None:
    for suite in SUITES:
        archives.store(study / f"logits/float32/{suite}.npz", ())
    with pytest.raises(QuantshiftError, match=r"float32/\w+\.npz has no logits of float32"):
        job(study, ["float16"])


def test_an_archive_that_lacks_some_arrays_is_an_error(study: Path) -> None:
    archives.store(study / "logits/static_int8/clean.npz", ())
    with pytest.raises(QuantshiftError, match="has no array 'none/0'"):
        compare(study, list(NOISES))
