import numpy as np
import pandas as pd
import pytest

from quantshift.aggregation import detectors
from quantshift.analysis.detection.detectors import HEADER
from quantshift.core.errors import QuantshiftError
from quantshift.tables import schemas
from quantshift.tables.table import read

GROUPS = {"mnist": ["all"]}
METRICS = ["margin"]
FIGURES = ["auroc", "aupr", "tnr_at_tpr95"]


@pytest.fixture
def detection(tmp_path):
    """Return a function that writes the rows of one model and variant, as the rule `detect` does."""

    def write(variant="static_int8", seed=0, views=("variant", "float32"), **changes):
        rows = []
        for view in views:
            row = dict.fromkeys(schemas.DETECTORS.columns, 0.5)
            row |= {"dataset": "mnist", "architecture": "lenet5", "method": "standard", "seed": seed}
            row |= {"variant": variant, "shift_group": "all", "metric": "margin", "protocol": "natural", "view": view}
            row |= {f"{name}_low": 0.4 for name in FIGURES} | {f"{name}_high": 0.6 for name in FIGURES}
            rows.append(row | {"n": 100, "n_disagreements": 50} | changes)
        path = tmp_path / f"detections/mnist/lenet5/standard/{seed}/{variant}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame(rows).to_csv(path, index=False)
        return path

    return write


def test_rows_are_complete_and_sorted(detection, tmp_path):
    files = [detection(seed=1), detection("float16", seed=1), detection()]
    detectors.aggregate(files, tmp_path / "detectors.csv", GROUPS, METRICS)
    table = read("detectors", tmp_path / "detectors.csv")[["seed", "variant", "view"]].to_numpy().tolist()
    expected = [(0, "static_int8"), (1, "float16"), (1, "static_int8")]
    assert table == [[*names, view] for names in expected for view in ("float32", "variant")]


def test_unknown_values_are_empty(detection, tmp_path):
    empty = dict.fromkeys((*FIGURES, "auroc_low", "auroc_high", "threshold", "prevalence"), np.nan)
    detectors.aggregate(
        [
            detection(
                **empty
                | {"aupr_low": np.nan, "aupr_high": np.nan}
                | dict.fromkeys(["tnr_at_tpr95_low", "tnr_at_tpr95_high"], np.nan),
                n_disagreements=0,
            ),
            detection(seed=1),
        ],
        tmp_path / "detectors.csv",
        GROUPS,
        METRICS,
    )
    table = read("detectors", tmp_path / "detectors.csv")
    assert table["auroc"].isna().tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"auroc": 0.7}, "auroc_low <= auroc <= auroc_high"),
        ({"aupr": 0.3}, "aupr_low <= aupr <= aupr_high"),
        ({"tnr_at_tpr95": 0.7}, "tnr_at_tpr95_low <= tnr_at_tpr95"),
        ({"auroc": 1.2, "auroc_high": 1.3}, "column auroc"),
        ({"protocol": "mine"}, "protocol"),
        ({"n_disagreements": -1}, "n_disagreements"),
        ({"view": "both"}, "view|same key"),
    ],
)
def test_an_invalid_row_is_rejected(detection, tmp_path, changes, message):
    with pytest.raises(QuantshiftError, match=message):
        detectors.aggregate([detection(**changes)], tmp_path / "detectors.csv", GROUPS, METRICS)
    assert not (tmp_path / "detectors.csv").exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x80", b'dataset,"n\n1,2'], ids=["empty", "binary", "quote"])
def test_a_damaged_file_is_named(detection, tmp_path, content):
    file = detection()
    file.write_bytes(content)
    with pytest.raises(QuantshiftError, match=r"static_int8\.csv is not a table of detections"):
        detectors.aggregate([detection(seed=1), file], tmp_path / "detectors.csv", GROUPS, METRICS)


def test_a_file_must_have_exactly_the_groups_and_metrics_of_the_study(detection, tmp_path):
    target = tmp_path / "detectors.csv"
    with pytest.raises(QuantshiftError, match=r"lacks rows of .* config \(shift_group metric\): clean margin; "):
        detectors.aggregate([detection()], target, {"mnist": ["all", "clean"]}, METRICS)
    with pytest.raises(QuantshiftError, match=r"lacks rows of the study's config \(shift_group metric\): all gini"):
        detectors.aggregate([detection()], target, GROUPS, ["gini", "margin"])
    with pytest.raises(
        QuantshiftError, match=r"has rows that are not in the study's config \(shift_group metric\): all marg"
    ):
        detectors.aggregate([detection()], target, GROUPS, [])
    assert not target.exists()


def test_a_variant_that_is_not_applicable_has_no_rows(detection, inspection, tmp_path):
    target = tmp_path / "detectors.csv"
    refused = detection("float16")
    refused.write_text(",".join(HEADER) + "\n")
    inspections = [inspection(), inspection("float16", reason="why")]
    detectors.aggregate([detection(), refused], target, GROUPS, METRICS, inspections)
    assert read("detectors", target)["variant"].tolist() == ["static_int8"] * 2
    detectors.aggregate([refused], target, GROUPS, METRICS, inspections)
    assert read("detectors", target).empty
    with pytest.raises(QuantshiftError, match=r"float16\.csv lacks rows of the study's config"):
        detectors.aggregate([detection(), refused], target, GROUPS, METRICS, inspections[:1])
    with pytest.raises(QuantshiftError, match=r"float16\.csv has rows that are not in the study's config"):
        detectors.aggregate([detection("float16")], target, GROUPS, METRICS, inspections)
