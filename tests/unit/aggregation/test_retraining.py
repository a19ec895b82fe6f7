import numpy as np
import pandas as pd
import pytest

from quantshift.aggregation import retraining
from quantshift.analysis import retrained
from quantshift.analysis.retraining import figures
from quantshift.core.errors import QuantshiftError
from quantshift.tables.table import read

LABELS = np.zeros(400, dtype=np.int64)


@pytest.fixture
def comparison(tmp_path):
    """Return a function that writes a retrained model's CSV and archive, as the rule `compare_retraining` does."""

    def write(persisting, fixed, new, variants=("static_int8",), method="standard", protocol="held_out", ruined=False):
        indices = np.arange(400)
        before = indices < persisting + fixed
        after = (indices < persisting) | ((indices >= 200) & (indices < 200 + new))
        reference, variant = np.eye(2)[LABELS], [np.eye(2)[mask.astype(int)] for mask in (before, after)]
        counted = figures((reference, variant[0]), (reference, variant[1]), LABELS, indices)
        cell = {"dataset": "mnist", "architecture": "lenet1", "method": method, "seed": 0}
        more = {"leaks": protocol == "published", "added": 0 if protocol == "control" else 9}
        more |= {
            "accuracy_validation_before": 0.9,
            "accuracy_validation_after": 0.5 if ruined else 0.9,
            "ruined": ruined,
        }
        rows = [{**cell, "variant": variant, "protocol": protocol, **counted, **more} for variant in variants]
        path = tmp_path / f"retraining/mnist/lenet1/{method}/0/{protocol}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        pd.DataFrame(rows).to_csv(path, index=False)
        masks = dict.fromkeys(variants, (before, after))
        retrained.write(path.with_suffix(".npz"), indices, masks, usable=not ruined)
        return path

    return write


def test_published_counts_are_next_to_ours(comparison, tmp_path):
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


def test_controls_have_rows_without_published_counts(comparison, tmp_path):
    files = [comparison(3, 2, 4), comparison(1, 4, 6, protocol="control", ruined=True)]
    retraining.aggregate(files, tmp_path / "retraining.csv", ["static_int8"])
    table = read("retraining", tmp_path / "retraining.csv").set_index("protocol")
    assert table["added"].to_dict() == {"held_out": 9, "control": 0}
    assert table["ruined"].to_dict() == {"held_out": False, "control": True}
    assert table["persisting_by_chance"].to_dict() == pytest.approx({"held_out": 5 * 7 / 400, "control": 5 * 7 / 400})
    assert table["published_before"].isna().all()
    rows = pd.read_csv(files[1])
    rows.assign(added=3).to_csv(files[1], index=False)
    with pytest.raises(QuantshiftError, match="added = 0 for the protocol control"):
        retraining.aggregate(files, tmp_path / "retraining.csv", ["static_int8"])


def test_ruined_models_are_excluded_from_findings(comparison, findings):
    usable, unusable = (comparison(30, 10, 5, method=method, ruined=method == "qat") for method in ("standard", "qat"))
    table = findings(retrainings=[usable.with_suffix(".npz"), unusable.with_suffix(".npz")])
    assert set(table[table["level"] == "cell"]["method"]) == {"standard"}


def test_without_retraining_the_table_has_only_its_header(tmp_path):
    retraining.aggregate([], tmp_path / "retraining.csv", ["static_int8"])
    lines = (tmp_path / "retraining.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1
    contract = "dataset,architecture,method,seed,variant,protocol,n,before,after,persisting,fixed,new,accuracy_before"
    assert lines[0].startswith(f"{contract},accuracy_after,")
    assert read("retraining", tmp_path / "retraining.csv").empty


def test_inconsistent_counts_are_rejected(comparison, tmp_path):
    file = comparison(3, 2, 4)
    rows = pd.read_csv(file)
    rows.assign(fixed=1).to_csv(file, index=False)
    with pytest.raises(QuantshiftError, match=r"persisting \+ fixed = before"):
        retraining.aggregate([file], tmp_path / "retraining.csv", ["static_int8"])


def test_the_fourth_finding_comes_from_the_archives(comparison, findings):
    files = [
        comparison(60, 10, 5, variants=("static_int8", "float16")).with_suffix(".npz"),
        comparison(0, 70, 0, protocol="published").with_suffix(".npz"),
    ]
    table = findings(retrainings=files).set_index("scope")
    assert set(table["finding"]) == {4}
    held_out = table.loc["mnist/lenet1/standard/float16"]
    assert (held_out["verdict"], held_out["variant"]) == ("supported", "float16")
    assert held_out["effect"] == pytest.approx(65 / 70 - 0.5)
    leaking = table.loc["mnist/lenet1/standard/static_int8/published"]
    assert (leaking["verdict"], leaking["published_effect"]) == ("contradicted", 0)


def test_a_file_must_have_exactly_the_quantizers_of_the_study(comparison, tmp_path):
    target = tmp_path / "retraining.csv"
    with pytest.raises(QuantshiftError, match=r"held_out\.csv lacks rows of the study's config \(variant\): float16; "):
        retraining.aggregate([comparison(3, 2, 4)], target, ["float16", "static_int8"])
    with pytest.raises(QuantshiftError, match=r"has rows that are not in the study's config \(variant\): static_int8"):
        retraining.aggregate([comparison(3, 2, 4)], target, [])
    assert not target.exists()
