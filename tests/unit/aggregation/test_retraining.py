import numpy as np
import pandas as pd
import pytest

from quantshift.aggregation import findings, retraining
from quantshift.analysis import retrained
from quantshift.analysis.retraining import figures
from quantshift.errors import QuantshiftError
from quantshift.tables.table import read

LABELS = np.zeros(400, dtype=np.int64)


@pytest.fixture
def comparison(tmp_path):
    """Write a retrained model's CSV and archive, as the rule `compare_retraining` does."""

    def write(persisting, fixed, new, variants=("static_int8",), method="standard", protocol="held_out"):
        first = np.arange(400)
        before = first < persisting + fixed
        after = (first < persisting) | ((first >= 200) & (first < 200 + new))
        agreed, says = np.eye(2)[LABELS], [np.eye(2)[mask.astype(int)] for mask in (before, after)]
        counted = figures((agreed, says[0]), (agreed, says[1]), LABELS, first, np.random.default_rng(0))
        cell = {"dataset": "mnist", "architecture": "lenet1", "method": method, "seed": 0}
        more = {"leaks": protocol == "published", "added": 9}
        rows = [{**cell, "variant": variant, "protocol": protocol, **counted, **more} for variant in variants]
        path = tmp_path / f"retraining/mnist/lenet1/{method}/0/{protocol}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame(rows).to_csv(path, index=False)
        retrained.write(path.with_suffix(".npz"), first, dict.fromkeys(variants, (before, after)))
        return path

    return write


def test_published_counts_stand_beside_ours(comparison, tmp_path):
    files = [
        comparison(3, 2, 4, variants=("static_int8", "weight_int4"), protocol="published"),
        comparison(1, 1, 1, variants=("static_int8", "weight_int4"), method="qat"),
    ]
    retraining.aggregate(files, tmp_path / "retraining.csv", ["static_int8", "weight_int4"])
    table = read("retraining", tmp_path / "retraining.csv").set_index(["method", "variant"])
    row = table.loc[("standard", "static_int8")]
    assert (row["before"], row["after"], row["persisting"], row["fixed"], row["new"]) == (5, 7, 3, 2, 4)
    assert (row["published_before"], row["published_after"]) == (14, 7)
    assert row["change"] == pytest.approx(2 / 400)
    assert (row["accuracy_before"], row["accuracy_after"]) == (395 / 400, 393 / 400)
    assert table.loc[[("standard", "weight_int4"), ("qat", "static_int8")], "published_before"].isna().all()
    assert table["leaks"].to_dict() == {
        ("qat", "static_int8"): False,
        ("qat", "weight_int4"): False,
        ("standard", "static_int8"): True,
        ("standard", "weight_int4"): True,
    }


def test_where_nothing_is_retrained_the_table_has_its_header_alone(tmp_path):
    retraining.aggregate([], tmp_path / "retraining.csv", ["static_int8"])
    lines = (tmp_path / "retraining.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1
    contract = "dataset,architecture,method,seed,variant,protocol,n,before,after,persisting,fixed,new,accuracy_before"
    assert lines[0].startswith(f"{contract},accuracy_after,")
    assert read("retraining", tmp_path / "retraining.csv").empty


def test_counts_that_do_not_add_up_are_refused(comparison, tmp_path):
    file = comparison(3, 2, 4)
    rows = pd.read_csv(file)
    rows.assign(fixed=1).to_csv(file, index=False)
    with pytest.raises(QuantshiftError, match=r"persisting \+ fixed = before"):
        retraining.aggregate([file], tmp_path / "retraining.csv", ["static_int8"])


def test_the_fourth_finding_is_of_the_archives(comparison, tmp_path):
    files = [
        comparison(60, 10, 5, variants=("static_int8", "float16")).with_suffix(".npz"),
        comparison(0, 70, 0, protocol="published").with_suffix(".npz"),
    ]
    findings.aggregate([], [], files, tmp_path / "findings.csv")
    table = read("findings", tmp_path / "findings.csv").set_index("scope")
    assert set(table["finding"]) == {4}
    held_out = table.loc["mnist/lenet1/standard/float16"]
    assert (held_out["verdict"], held_out["variant"]) == ("supported", "float16")
    assert held_out["effect"] == pytest.approx(65 / 70 - 0.5)
    leaking = table.loc["mnist/lenet1/standard/static_int8/published"]
    assert (leaking["verdict"], leaking["published_effect"]) == ("contradicted", 0)


def test_a_file_has_exactly_the_quantizers_of_the_study(comparison, tmp_path):
    target = tmp_path / "retraining.csv"
    with pytest.raises(
        QuantshiftError, match=r"held_out\.csv lacks the rows of variant: float16: it is not of this study"
    ):
        retraining.aggregate([comparison(3, 2, 4)], target, ["float16", "static_int8"])
    with pytest.raises(QuantshiftError, match="has, beyond the study's config, the rows of variant: static_int8"):
        retraining.aggregate([comparison(3, 2, 4)], target, [])
    assert not target.exists()
