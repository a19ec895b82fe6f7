"""A study of a user's own model and data, whose disagreements are known by construction."""

import csv
import json
import re

import numpy as np
import onnx
import pytest
import yaml
from onnx import TensorProto, helper, numpy_helper

from quantshift.planning.__main__ import main
from tests.workflow.project import Project

CLASSES, FEATURES, COUNT = 4, 12, 1500


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with a linear model, unlabelled rows, a paired shifted set and another set with its own labels."""
    project = Project.copied(tmp_path_factory.mktemp("given") / "study")
    random = np.random.default_rng(0)
    weight = random.normal(size=(FEATURES, CLASSES)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["rows", "weight"], ["logits"])],
        "linear",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["n", FEATURES])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", CLASSES])],
        [numpy_helper.from_array(weight, "weight")],
    )
    folder = project.folder / "mine"
    folder.mkdir()
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / "m.onnx")
    rows = random.normal(size=(COUNT, FEATURES)).astype(np.float32)
    np.save(folder / "rows.npy", rows)
    np.save(folder / "noisy.npy", rows + random.normal(size=rows.shape).astype(np.float32))
    others = random.normal(size=(600, FEATURES)).astype(np.float32)
    np.savez(folder / "others.npz", rows=others, labels=(others @ weight).argmax(axis=1))
    config = {
        "study": {
            "datasets": [],
            "quantizers": ["static_int8", "dynamic_int8", "weight_int8"],
            "methods": ["standard"],
        },
        "models": {"linear": {"file": "mine/m.onnx", "data": "sensor"}},
        "data": {
            "sensor": {
                "test": {"file": "mine/rows.npy"},
                "calibration_samples": 200,
                "shifted": {
                    "noisy": {"file": "mine/noisy.npy", "paired": True},
                    "others": {"file": "mine/others.npz"},
                },
            }
        },
    }
    project.write("own.yaml", yaml.safe_dump(config, sort_keys=False))
    project.weight, project.rows = weight, rows  # type: ignore[attr-defined]
    return project


def table(project, name):
    with (project.folder / f"results/tables/{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_users_model_is_decided_on(project):
    project.run("--configfile", "own.yaml")
    results = project.folder / "results"
    evaluation = table(project, "evaluation")
    cells = {(row["variant"], row["suite"], row["shift"]): row for row in evaluation}
    variants = ("float32", "static_int8", "dynamic_int8", "weight_int8")
    sets = {("clean", "none"): 1300, ("given", "noisy"): 1300, ("given", "others"): 600}
    assert set(cells) == {(variant, *names) for variant in variants for names in sets}
    assert {(row["dataset"], row["architecture"], row["method"], row["seed"]) for row in evaluation} == {
        ("sensor", "linear", "given", "0")
    }
    for (variant, *names), row in cells.items():
        assert int(row["n"]) == sets[tuple(names)]
        # Only the set `others` has labels, on which float32 is right by construction.
        assert (row["accuracy_float32"] == "") == (names[1] != "others")
        if names[1] == "others":
            assert float(row["accuracy_float32"]) == 1.0
        if variant == "float32":
            assert row["disagreements"] == "0"
    (decision,) = json.loads((results / "decision.json").read_text(encoding="utf-8"))["models"]
    assert (decision["dataset"], decision["architecture"], decision["method"]) == ("sensor", "linear", "given")
    # Weights rounded to 8 bits by channel, and nothing else, change the answer of few rows.
    weights = next(entry for entry in decision["variants"] if entry["name"] == "weight_int8")
    assert weights["clean"]["rate"] < 0.01
    assert (results / "report.html").stat().st_size > 100_000


def test_a_plan_from_the_runs_records_has_their_seconds(project, monkeypatch, capsys):
    records = (project.folder / "results/benchmarks").rglob("*.tsv")
    recorded = sum(float(next(csv.DictReader(file.open(), delimiter="\t"))["s"]) for file in records)
    monkeypatch.chdir(project.folder)
    assert main(["--configfile", "own.yaml", "--cores", "1", "--only-records"]) == 0
    lines = capsys.readouterr().out.splitlines()
    _, seconds, unit, busy, *_ = next(line.split() for line in lines if line.split()[:1] == ["1"])
    assert unit == "s"
    # The rest is the time before the first job, which depends on the machine.
    assert float(seconds) * float(busy.rstrip("%")) / 100 == pytest.approx(recorded, rel=0.08)
    assert "own data sensor, counted in its files: 1,300 test samples, 200 for calibration" in lines[-1]
    # Every job but the record of the run has left one.
    assert "unknown duration, only the start of the process is counted: run_record 1" in lines


def test_the_disagreements_are_those_of_numpy(project):
    """With weights rounded by channel, the answers can be computed by hand."""
    test = np.load(project.folder / "results/datasets/sensor/test/sources.npy")
    rows, weight = project.rows[test], project.weight
    scale = np.abs(weight).max(axis=0) / 127
    rounded = np.round(weight / scale) * scale
    expected = np.flatnonzero((rows @ weight).argmax(axis=1) != (rows @ rounded).argmax(axis=1))
    folder = project.folder / "results/disagreements/sensor/linear/given/0"
    with (folder / "weight_int8.csv").open(encoding="utf-8", newline="") as stream:
        listed = [int(row["input"]) for row in csv.DictReader(stream) if row["suite"] == "clean"]
    assert listed == expected.tolist()


def test_the_splits_are_disjoint_and_a_paired_set_has_the_sources_of_the_test_set(project):
    folder = project.folder / "results"
    test, calibration = (np.load(folder / f"datasets/sensor/{split}/sources.npy") for split in ("test", "calibration"))
    assert len(calibration) == 200
    assert not set(test) & set(calibration)
    np.testing.assert_array_equal(np.load(folder / "shifts/sensor/given/noisy/0/sources.npy"), test)
    others = np.load(folder / "shifts/sensor/given/others/0/sources.npy")
    assert (others < 0).all()
    assert len(set(others)) == 600
    with np.load(folder / "shifts/sensor/given/noisy/0/inputs.npz") as stored:
        np.testing.assert_array_equal(stored["rows"], np.load(project.folder / "mine/noisy.npy")[test])


def test_the_users_files_are_unchanged_and_nothing_runs_again(project):
    assert sorted(file.name for file in (project.folder / "mine").iterdir()) == [
        "m.onnx",
        "noisy.npy",
        "others.npz",
        "rows.npy",
    ]
    assert project.plan("--configfile", "own.yaml").jobs == []


def test_one_more_shifted_set_runs_its_own_cells(project):
    config = yaml.safe_load((project.folder / "own.yaml").read_text(encoding="utf-8"))
    np.save(project.folder / "mine/dim.npy", project.rows / 2)
    config["data"]["sensor"]["shifted"]["dim"] = {"file": "mine/dim.npy", "paired": True}
    project.write("more.yaml", yaml.safe_dump(config, sort_keys=False))
    jobs = project.plan("--configfile", "more.yaml").jobs
    assert [names["shift"] for rule, names in jobs if rule == "given_shift"] == ["dim"]
    rules = {rule for rule, _ in jobs}
    assert not rules & {"given_model", "given_data", "given_record", "quantize", "inspect"}


def test_a_changed_test_set_reruns_the_shifted_sets_that_share_its_sources(project):
    file = project.folder / "mine/rows.npy"
    rows = np.load(file)
    np.save(file, rows[::-1])
    try:
        rules = [rule for rule, _ in project.plan("--configfile", "own.yaml").jobs]
    finally:
        np.save(file, rows)
    assert {"given_data", "given_record"} <= set(rules)
    assert rules.count("given_shift") == 2
    assert "given_model" not in rules


def test_a_missing_file_is_reported_before_any_job(project):
    outcome = project.snakemake(
        "--cores", "1", "--configfile", "own.yaml", "--config", "models={linear: {file: no.onnx}}"
    )
    assert outcome.code != 0
    assert 'models.linear.file = "no.onnx": there is no such file' in outcome.output
    assert "Traceback" not in outcome.output


def test_a_model_with_a_score_is_decided_on(project):
    """Its answers are sides of a threshold, and only some detectors suit it."""
    weight = project.weight[:, :1]
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["rows", "weight"], ["sum"]), helper.make_node("Sigmoid", ["sum"], ["score"])],
        "score",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["n", FEATURES])],
        [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["n", 1])],
        [numpy_helper.from_array(weight, "weight")],
    )
    file = project.folder / "mine/score.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), file)
    config = yaml.safe_load((project.folder / "own.yaml").read_text(encoding="utf-8"))
    config["models"] = {"score": {"file": "mine/score.onnx", "data": "sensor"}}
    config["study"]["quantizers"] = ["weight_int8"]
    del config["data"]["sensor"]["shifted"]["others"]  # its labels are those of four classes
    project.write("score.yaml", yaml.safe_dump(config, sort_keys=False))
    project.run("--configfile", "score.yaml")
    record = json.loads((project.folder / "results/models/sensor/score/given/0/model.json").read_text(encoding="utf-8"))
    assert (record["output"]["kind"], record["output"]["threshold"]) == ("score", 0.5)
    rows = project.rows[np.load(project.folder / "results/datasets/sensor/test/sources.npy")]
    scale = np.abs(weight).max() / 127
    expected = ((rows @ weight >= 0) != (rows @ (np.round(weight / scale) * scale) >= 0)).sum()
    cells = {(row["variant"], row["suite"]): row for row in table(project, "evaluation")}
    assert int(cells["weight_int8", "clean"]["disagreements"]) == expected
    assert {row["metric"] for row in table(project, "detectors")}


def test_a_variant_that_the_user_gives_runs_its_own_cells(project):
    """A file with the rounded weights of `weight_int8`, other names of its input and output, and a fixed batch."""
    scale = np.abs(project.weight).max(axis=0) / 127
    stored = {"integers": np.round(project.weight / scale).astype(np.int8), "scales": scale.astype(np.float32)}
    graph = helper.make_graph(
        [
            helper.make_node("DequantizeLinear", ["integers", "scales"], ["weight"], axis=1),
            helper.make_node("MatMul", ["input:0", "weight"], ["Identity:0"]),
        ],
        "theirs",
        [helper.make_tensor_value_info("input:0", TensorProto.FLOAT, [7, FEATURES])],
        [helper.make_tensor_value_info("Identity:0", TensorProto.FLOAT, [7, CLASSES])],
        [numpy_helper.from_array(array, name) for name, array in stored.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, project.folder / "mine/theirs.onnx")
    content = (project.folder / "mine/theirs.onnx").read_bytes()
    config = yaml.safe_load((project.folder / "own.yaml").read_text(encoding="utf-8"))
    project.run("--configfile", "own.yaml")
    config["models"]["linear"]["variants"] = {"theirs": "mine/theirs.onnx"}
    project.write("variants.yaml", yaml.safe_dump(config, sort_keys=False))
    jobs = project.plan("--configfile", "variants.yaml").jobs
    assert {names.get("variant", "theirs") for _, names in jobs} == {"theirs"}
    rules = {rule for rule, _ in jobs}
    assert {"given_variant", "inspect_variant", "evaluate", "compare_variant", "detect_variant"} <= rules
    assert not rules & {"quantize", "inspect", "compare", "detect", "given_model", "given_record"}
    project.run("--configfile", "variants.yaml")
    assert (project.folder / "mine/theirs.onnx").read_bytes() == content
    assert project.plan("--configfile", "variants.yaml").jobs == []

    disagreements = project.folder / "results/disagreements/sensor/linear/given/0"
    ours, theirs = (
        (disagreements / f"{name}.csv").read_text(encoding="utf-8").replace(name, "")
        for name in ("weight_int8", "theirs")
    )
    assert [line.split(",")[:8] for line in ours.splitlines()] == [line.split(",")[:8] for line in theirs.splitlines()]
    rows = {row["variant"]: row for row in table(project, "variants")}
    assert rows["theirs"]["quantized_weight_share"] == "1.0"
    assert "matched by their order: input:0 gets rows; its only output Identity:0" in rows["theirs"]["notes"]
    assert "it takes 7 samples per call and the float32 model any number" in rows["theirs"]["notes"]
    assert rows["theirs"]["batch_size"] == "7"
    sizes = [int(rows[name]["file_bytes"]) for name in ("theirs", "float32")]
    assert sizes == [len(content), (project.folder / "mine/m.onnx").stat().st_size]
    assert {row["variant"] for row in table(project, "detectors")} >= {"weight_int8", "theirs"}
    (decision,) = json.loads((project.folder / "results/decision.json").read_text(encoding="utf-8"))["models"]
    assert [entry["name"] for entry in decision["variants"]][-1] == "theirs"
    # With the rates of its classes.
    assert [len(entry["by_class"]) for entry in decision["variants"]] == [
        len(decision["variants"][0]["by_class"])
    ] * len(decision["variants"])
    assert decision["variants"][-1]["by_class"]
    page = (project.folder / "results/report.html").read_text(encoding="utf-8")
    assert "its only output Identity:0 is compared with logits" in page


def test_other_external_weights_prepare_the_model_again(project):
    folder = project.folder / "external"
    folder.mkdir()
    model = onnx.load(project.folder / "mine/m.onnx")
    onnx.save(model, folder / "m.onnx", save_as_external_data=True, location="m.data", size_threshold=0)
    config = yaml.safe_load((project.folder / "own.yaml").read_text(encoding="utf-8"))
    config["models"] = {"outside": {"file": "external/m.onnx", "data": "sensor", "variants": {"theirs": "mine/m.onnx"}}}
    project.write("external.yaml", yaml.safe_dump(config, sort_keys=False))
    model = "results/models/sensor/outside/given/0"
    files = f"{model}/model.json", f"{model}/signature.json"
    project.run(*files, "--configfile", "external.yaml")
    assert project.plan(*files, "--configfile", "external.yaml").jobs == []
    (folder / "m.data").write_bytes((project.weight * 2).tobytes())
    assert {"given_model", "given_record"} <= project.plan(*files, "--configfile", "external.yaml").rules
    variant = project.snakemake("-n", f"{model}/theirs.onnx", "--configfile", "external.yaml", "--printshellcmds")
    assert re.search(r"rule given_variant:\n +input: [^\n]*external/m\.data", variant.output)


def test_a_variant_may_have_the_name_none(project):
    config = yaml.safe_load((project.folder / "own.yaml").read_text(encoding="utf-8"))
    config["study"]["quantizers"] = []
    config["models"]["linear"]["variants"] = {"none": "mine/m.onnx.copy"}
    (project.folder / "mine/m.onnx.copy").write_bytes((project.folder / "mine/m.onnx").read_bytes())
    project.write("none.yaml", yaml.safe_dump(config, sort_keys=False))
    jobs = project.plan("--configfile", "none.yaml").jobs
    assert {names["variant"] for rule, names in jobs if rule == "detect_variant"} == {"none"}


def test_a_plain_comparison_needs_no_preset(project):
    config = yaml.safe_load((project.folder / "variants.yaml").read_text(encoding="utf-8"))
    config["study"]["quantizers"] = []
    project.write("plain.yaml", yaml.safe_dump(config, sort_keys=False))
    project.run("--configfile", "plain.yaml")
    assert {row["variant"] for row in table(project, "evaluation")} == {"float32", "theirs"}
    (decision,) = json.loads((project.folder / "results/decision.json").read_text(encoding="utf-8"))["models"]
    assert [entry["name"] for entry in decision["variants"]] == ["theirs"]
