"""Rows of the detectors table from stored logits."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from quantshift.analysis.detection import detection_draws
from quantshift.analysis.detection.detectors import RESAMPLES, detections, limits
from quantshift.analysis.detection.natural import MINIMUM
from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.core.test_set import VALIDATION, TestSet
from quantshift.data import truth
from quantshift.metrics.disagreement import disagreement
from quantshift.seeds import generator
from quantshift.storage.arrays import write_array
from quantshift.tables import schemas, table

CELL = {"dataset": "mnist", "architecture": "lenet1", "method": "standard", "seed": 0, "variant": "static_int8"}
SUITES = {"clean": [("none", 0)], "mnist_c": [("fog", 1), ("fog", 2)], "digits": [("digits", 0)], "cr": [("cr", 0)]}
KEY = ["shift_group", "metric", "protocol", "view"]
N = 300


def write_truth(path: Path, sources: dict[tuple[str, str, int], np.ndarray]) -> Path:
    """Write the sources of test sets as the rule `truth` does; detectors need no labels."""
    folders = {}
    for test_set, ids in sources.items():
        folder = path.parent.joinpath("sets", *map(str, test_set))
        write_array(folder / "labels.npy", np.zeros(len(ids), dtype=np.int64))
        write_array(folder / "sources.npy", ids)
        folders[TestSet(*test_set)] = folder
    truth.gather(folders, path)
    return path


@pytest.fixture
def arguments(tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Return a function that creates arguments for write_detections: logits of a model and of a noisy variant."""

    def create(noise: float | dict[str, float] = 0.4, **cell: Any) -> dict[str, Any]:
        reference, variant, sources = {}, {}, {}
        for suite, shifts in SUITES.items():
            random = generator("detectors", suite)
            arrays: dict[str, dict[str, np.ndarray]] = {"float32": {}, "int8": {}}
            for shift, severity in [*shifts, *([("validation", 0)] if suite == "clean" else [])]:
                kind = "validation" if shift == "validation" else suite
                random = generator("detectors", "validation") if shift == "validation" else random
                scale = noise if isinstance(noise, float) else noise.get(kind, 0.4)
                logits = random.normal(0, 3, (N, 4)).astype(np.float32)
                arrays["float32"][f"{shift}/{severity}"] = logits
                arrays["int8"][f"{shift}/{severity}"] = logits + scale * random.normal(0, 1, logits.shape).astype("f4")
                if shift != "validation":
                    ids = np.arange(N) if suite in ("clean", "mnist_c") else -1 - np.arange(N)
                    sources[suite, shift, severity] = ids
            for name, paths in (("float32", reference), ("int8", variant)):
                paths[suite] = tmp_path / f"{name}-{suite}.npz"
                np.savez(paths[suite], **arrays[name])
        return {
            "cell": CELL | cell,
            "reference": reference,
            "variant": variant,
            "truth_file": write_truth(tmp_path / "truth.npz", sources),
            "table": tmp_path / "out" / "rows.csv",
            "draws": tmp_path / "out" / "draws.npz",
        }

    return create


def write_detections(*, table: Path, draws: Path, **options: Any) -> None:
    """Test the detectors on a variant and write the result."""
    detections(**options).write(table=table, draws=draws)


def rows(options: dict[str, Any]) -> pd.DataFrame:
    """Return the rows that write_detections writes, checked against the table's schema."""
    write_detections(**options)
    return table.read("detectors", options["table"]).set_index(KEY, drop=False).sort_index()


def stored(options: dict[str, Any], suites: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the logits of float32 and of the variant on all test sets of these suites."""
    logits = []
    for side in ("reference", "variant"):
        opened = [np.load(options[side][suite]) for suite in suites]
        logits.append(
            np.concatenate([archive[key] for archive in opened for key in archive.files if key != VALIDATION.key])
        )
    return logits[0], logits[1]


def test_rows_match_the_table_and_are_complete(arguments: Callable[..., dict[str, Any]]) -> None:
    options = arguments()
    detections = rows(options)
    header = options["table"].read_text().splitlines()[0]
    assert header.split(",") == list(schemas.DETECTORS.columns)
    assert len(detections) == 5 * len(members.names("detectors")) * 2 * 2
    assert set(detections["shift_group"]) == {*SUITES, "all"}
    assert set(detections["n"][detections["protocol"] == "natural"]) == {N, 2 * N, 5 * N}


@pytest.mark.parametrize("view", ["variant", "float32"])
@pytest.mark.parametrize("metric", ["margin", "entropy", "energy"])
def test_figures_agree_with_scikit_learn(arguments: Callable[..., dict[str, Any]], view: str, metric: str) -> None:
    options = arguments()
    detections = rows(options)
    for group, suites in (("clean", ["clean"]), ("mnist_c", ["mnist_c"]), ("all", list(SUITES))):
        reference, variant = stored(options, suites)
        disagrees = disagreement(reference, variant)
        scores = members.load("detectors", metric).score(variant if view == "variant" else reference)
        row = detections.loc[(group, metric, "natural", view)]
        assert row["n_disagreements"] == disagrees.sum() > 10
        assert row["prevalence"] == pytest.approx(disagrees.mean(), abs=1e-6)
        assert row["auroc"] == pytest.approx(roc_auc_score(disagrees, row["sign"] * scores), abs=1e-6)
        assert row["aupr"] == pytest.approx(average_precision_score(disagrees, row["sign"] * scores), abs=1e-6)
        assert row["auroc_low"] < row["auroc"] < row["auroc_high"]
        flagged = row["sign"] * scores >= row["threshold"]
        assert row["tpr_at_threshold"] == pytest.approx(flagged[disagrees].mean(), abs=1e-6)
        assert row["tnr_at_threshold"] == pytest.approx(1 - flagged[~disagrees].mean(), abs=1e-6)
        published = detections.loc[(group, metric, "published", view)]
        assert published["prevalence"] == 0.5
        assert published["n"] == 2 * disagrees.sum()
        assert abs(published["auroc"] - row["auroc"]) < 0.1


def test_the_margin_detects_noise_on_logits(arguments: Callable[..., dict[str, Any]]) -> None:
    detections = rows(arguments())
    row = detections.loc[("all", "margin", "natural", "variant")]
    assert row["auroc_low"] > 0.8
    assert row["sign"] == 1


def test_clusters_widen_the_interval(arguments: Callable[..., dict[str, Any]]) -> None:
    """Five copies of a test set carry no more information than one, if they share their sources."""
    options = arguments()
    key = ("mnist_c", "margin", "natural", "variant")

    def width(copies: int, *, shared: bool) -> float:
        shifts = [("fog", severity) for severity in range(1, copies + 1)]
        for side in ("reference", "variant"):
            with np.load(options[side]["clean"]) as archive:
                logits = archive["none/0"]
            np.savez(options[side]["mnist_c"], **{f"fog/{severity}": logits for _, severity in shifts})
        sources = {("clean", "none", 0): np.arange(N)}
        for shift, severity in shifts:
            sources["mnist_c", shift, severity] = np.arange(N) + (0 if shared else 1_000 * severity)
        write_truth(options["truth_file"], sources)
        row = rows(options).loc[key]
        return float(row["auroc_high"] - row["auroc_low"])

    one, five, separate = width(1, shared=True), width(5, shared=True), width(5, shared=False)
    assert five == pytest.approx(one)
    assert separate < 0.7 * one


def test_sources_of_different_natural_shifts_are_different_inputs(arguments: Callable[..., dict[str, Any]]) -> None:
    options = arguments()
    write_detections(**options)
    assert detection_draws.read(options["draws"]).inputs == 3 * N


def test_without_disagreements_cells_are_empty(arguments: Callable[..., dict[str, Any]]) -> None:
    options = arguments(0.0)
    detections = rows(options)
    assert (detections["n_disagreements"] == 0).all()
    figures = [name for name in detections.columns if name.startswith(("auroc", "aupr", "tnr", "threshold", "tpr"))]
    assert detections[figures].isna().all().all()
    assert np.isnan(list(detection_draws.read(options["draws"]).auroc.values())).all()


def test_a_group_without_agreements_has_empty_cells(arguments: Callable[..., dict[str, Any]]) -> None:
    options = arguments()
    with np.load(options["reference"]["digits"]) as archive:
        np.savez(options["variant"]["digits"], **{"digits/0": -archive["digits/0"]})
    detections = rows(options)
    digits = detections.loc["digits"]
    assert (digits["n_disagreements"] == N).all()
    assert digits[["auroc", "aupr", "tnr_at_tpr95", "auroc_low"]].isna().all().all()
    assert detections.loc["all"]["auroc"].notna().all()


def test_few_disagreements_have_figures_without_intervals(arguments: Callable[..., dict[str, Any]]) -> None:
    options = arguments(0.0)
    with np.load(options["reference"]["clean"]) as archive:
        logits, validation = archive["none/0"].copy(), archive[VALIDATION.key]
    for row in logits[: MINIMUM - 1]:
        row[[row.argmin(), row.argmax()]] = row[[row.argmax(), row.argmin()]]
    np.savez(options["variant"]["clean"], **{"none/0": logits, VALIDATION.key: validation})
    row = rows(options).loc[("clean", "margin", "natural", "variant")]
    assert row["n_disagreements"] == MINIMUM - 1
    assert 0 <= row["auroc"] <= 1
    assert np.isnan(row["auroc_low"])
    assert np.isnan(detection_draws.read(options["draws"]).auroc["margin"])


def test_draws_are_paired_over_models_of_a_data_set(arguments: Callable[..., dict[str, Any]]) -> None:
    archives = []
    for method in ("standard", "qat"):
        options = arguments(method=method)
        write_detections(**options)
        archives.append(detection_draws.read(options["draws"]))
    first, second = (archive.draws["margin"] for archive in archives)
    assert first.shape == (RESAMPLES,)
    np.testing.assert_array_equal(first, second)
    assert np.quantile(first, 0.1) < archives[0].auroc["margin"] < np.quantile(first, 0.9)


def test_the_same_logits_give_the_same_bytes(
    arguments: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    options = arguments()
    write_detections(**options)
    first = options["table"].read_bytes(), options["draws"].read_bytes()
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    write_detections(**options)
    assert (options["table"].read_bytes(), options["draws"].read_bytes()) == first


@pytest.mark.parametrize("fault", ["missing", "truncated", "infinite", "shape", "sources"])
def test_faults_name_the_file(arguments: Callable[..., dict[str, Any]], fault: str) -> None:
    options = arguments()
    path = options["variant"]["clean"]
    with np.load(path) as archive:
        logits = dict(archive)
    match fault:
        case "missing":
            path.unlink()
        case "truncated":
            path.write_bytes(path.read_bytes()[:1000])
        case "infinite":
            np.savez(path, **{key: values * np.inf for key, values in logits.items()})
        case "shape":
            np.savez(path, **{key: values[1:] for key, values in logits.items()})
        case "sources":
            path = options["truth_file"]
            write_truth(path, dict.fromkeys(truth.read(path), np.arange(5)))
    with pytest.raises(QuantshiftError) as error:
        write_detections(**options)
    assert str(path) in str(error.value)
    assert not options["table"].exists()


def test_limits_contain_the_estimate_and_need_spread() -> None:
    draws = np.linspace(0.4, 0.6, 201)
    assert limits(0.5, draws) == pytest.approx((0.405, 0.595))
    assert limits(0.7, draws)[1] == 0.7
    assert np.isnan(limits(0.5, np.full(9, 0.5))).all()
    assert np.isnan(limits(0.5, np.full(9, np.nan))).all()


def test_a_damaged_archive_of_draws_is_named(tmp_path: Path) -> None:
    path = tmp_path / "draws.npz"
    detection_draws.write(path, detection_draws.Draws({"margin": 0.9}, {"margin": np.array([0.8, 0.95])}, 7, 5))
    stored = detection_draws.read(path)
    assert (stored.auroc, stored.inputs, stored.draws["margin"].tolist()) == ({"margin": 0.9}, 7, [0.8, 0.95])
    path.write_bytes(path.read_bytes()[:60])
    with pytest.raises(QuantshiftError, match=r"draws\.npz"):
        detection_draws.read(path)
    np.savez(path, **{"margin/auroc": np.zeros(3), "margin/draws": np.zeros(3), "inputs": np.array(1)})
    with pytest.raises(QuantshiftError, match=r"draws\.npz"):
        detection_draws.read(path)
