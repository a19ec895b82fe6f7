"""A study of a user's own models: one cannot take a preset, another cannot take any; the run goes on to its end."""

import csv
import json

import numpy as np
import onnx
import pytest
import yaml

from tests import given_models as models
from tests.workflow.project import Project

PRESETS = ["static_int8", "dynamic_int8"]
IN_BRANCHES = (
    "nothing would be quantized: its weights belong to 4 Gemm in the body of an If or Loop, "
    "which this scheme leaves in float32"
)
NO_WEIGHTS = "nothing would be quantized: the model has no float32 weights of two or more axes"
# The reason for each model and preset that it cannot take.
REASONS = {
    ("branches", "static_int8"): IN_BRANCHES,
    ("species", "static_int8"): NO_WEIGHTS,
    ("species", "dynamic_int8"): NO_WEIGHTS,
}
CONFIG = {
    "study": {"datasets": [], "quantizers": PRESETS, "methods": ["standard"]},
    "models": {
        "branches": {"file": "branches.onnx", "data": "vectors"},
        "species": {"file": "species.onnx", "data": "flowers"},
    },
    "data": {
        "vectors": {
            "test": {"file": "vectors.npz"},
            "shifted": {"noisy": {"file": "noisy_vectors.npz", "paired": True}},
        },
        "flowers": {"test": {"file": "flowers.npz"}, "shifted": {}},
    },
}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The folder of the finished study."""
    project = Project.copied(tmp_path_factory.mktemp("refused") / "study")
    species, _ = models.species()
    onnx.save(models.branches(), project.folder / "branches.onnx")
    onnx.save(species, project.folder / "species.onnx")
    vectors = models.vectors(count=600)["x"]
    noise = models.random(*vectors.shape, seed=9, scale=0.5)
    np.savez(project.folder / "vectors.npz", x=vectors)
    np.savez(project.folder / "noisy_vectors.npz", x=vectors + noise)
    np.savez(project.folder / "flowers.npz", X=models.random(600, 4, seed=10))
    (project.folder / "own.yaml").write_text(yaml.safe_dump(CONFIG), encoding="utf-8")
    project.run("--configfile", "own.yaml")
    return project


def rows(project, table):
    with (project.folder / f"results/tables/{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_preset_has_a_row_with_its_status(study):
    table = {(row["architecture"], row["variant"]): row for row in rows(study, "variants")}
    assert table.keys() == {(model, variant) for model in CONFIG["models"] for variant in ("float32", *PRESETS)}
    for key, row in table.items():
        if reason := REASONS.get(key):
            assert (row["status"], row["reason"]) == ("not applicable", reason)
            assert row["file_bytes"] == row["speedup_over_float32"] == row["disagreements"] == ""
        else:
            assert (row["status"], row["reason"]) == ("ok", "")
            assert int(row["file_bytes"]) > 0
    assert float(table["branches", "dynamic_int8"]["quantized_weight_share"]) == 1


def test_other_tables_have_no_rows_of_such_presets(study):
    evaluation = {(row["architecture"], row["variant"], row["suite"]) for row in rows(study, "evaluation")}
    assert evaluation == {
        ("branches", "float32", "clean"),
        ("branches", "float32", "given"),
        ("branches", "dynamic_int8", "clean"),
        ("branches", "dynamic_int8", "given"),
        ("species", "float32", "clean"),
    }
    detectors = {(row["architecture"], row["variant"]) for row in rows(study, "detectors")}
    assert detectors == {("branches", "dynamic_int8")}


def test_the_decision_lists_them_with_the_reasons(study):
    decision = json.loads((study.folder / "results/decision.json").read_text(encoding="utf-8"))
    branches, species = decision["models"]
    status = {variant["name"]: (variant["status"], variant["reason"]) for variant in branches["variants"]}
    assert status == {"static_int8": ("not applicable", IN_BRANCHES), "dynamic_int8": ("ok", None)}
    assert branches["variant"] == "dynamic_int8"
    assert (species["architecture"], species["decision"], species["variant"]) == ("species", "do not ship", None)
    assert species["reasons"] == ["no variant is applicable to this model"]
    status = [(variant["name"], variant["status"], variant["reason"]) for variant in species["variants"]]
    assert status == [(name, "not applicable", NO_WEIGHTS) for name in PRESETS]
    assert sum(decision["counts"].values()) == 2


def test_the_page_and_the_log_state_the_reasons(study):
    page = (study.folder / "results/report.html").read_text(encoding="utf-8")
    assert page.count(f"not applicable: {NO_WEIGHTS}</li>") == 2
    assert page.count(f"not applicable: {IN_BRANCHES}</li>") == 1
    log = (study.folder / "results/logs/quantize/vectors/branches/given/0/static_int8.log").read_text(encoding="utf-8")
    assert f"not applicable: {IN_BRANCHES}" in log


def test_nothing_runs_again_and_a_new_inspection_changes_only_its_tables(study):
    assert study.plan("--configfile", "own.yaml").jobs == []
    study.edit("src/quantshift/inspection/coverage.py")
    rules = study.plan("--configfile", "own.yaml").rules
    assert rules == {"inspect", "variants_table", "decision", "run_record", "report_page"}
