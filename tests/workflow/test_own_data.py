"""Own data in one run: corruptions of images, features and texts, constants, groups, and models with labels alone."""

import csv
import json

import numpy as np
import onnx
import pytest
import yaml
from onnx import helper
from tokenizers import Tokenizer, pre_tokenizers
from tokenizers import models as tokenizer_models

from tests import given_models as models
from tests.workflow.project import Project

WORDS = [f"word{number}" for number in range(48)]
FEATURES, ROWS, COPIES = 12, 400, 3
SUITES = {
    "images": {"fog": [1, 5], "gaussian_noise": [3]},
    "features": {"noise": [1, 5], "scaling": [3], "dropout": [3]},
    "texts": {"keyboard_typos": [5], "character_noise": [], "word_drop": [3], "synonym_swap": []},
}
GAIN = {"gain": "mine/gain.npy"}


def labels_alone() -> onnx.ModelProto:
    """Return a network that answers with the label alone, and has a gain that is the same for all samples."""
    weights = {"weight": models.random(FEATURES, 4, seed=3)}
    nodes = [
        helper.make_node("Mul", ["rows", "gain"], ["scaled"]),
        helper.make_node("MatMul", ["scaled", "weight"], ["scores"]),
        helper.make_node("ArgMax", ["scores"], ["label"], axis=1, keepdims=0),
    ]
    inputs = [models.value("rows", models.FLOAT, ["n", FEATURES]), models.value("gain", models.FLOAT, [])]
    return models.model(nodes, inputs, [models.value("label", models.INT64, ["n"])], weights)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = Project.copied(tmp_path_factory.mktemp("own_data") / "study")
    folder = project.folder / "mine"
    folder.mkdir()
    random = np.random.default_rng(0)
    pixels, arrays = models.tensorflow()
    onnx.save(pixels, folder / "pixels.onnx")
    np.savez(folder / "pixels.npz", **arrays)
    onnx.save(labels_alone(), folder / "labels.onnx")
    rows = random.normal(size=(ROWS, FEATURES)).astype(np.float32).repeat(COPIES, axis=0)
    answers = (rows @ models.random(FEATURES, 4, seed=3)).argmax(axis=1)
    np.savez(folder / "rows.npz", rows=rows, labels=answers, groups=np.arange(ROWS).repeat(COPIES), gain=np.float32(2))
    pipeline, arrays = models.species()
    onnx.save(pipeline, folder / "species.onnx")
    table = np.column_stack([arrays["X"], np.array(models.SPECIES)[np.arange(200) % 3]])
    np.savetxt(folder / "species.csv", table, "%s", ",", header="a,b,c,d,label", comments="")
    encoder, _ = models.encoder()
    onnx.save(encoder, folder / "encoder.onnx")
    tokenizer = Tokenizer(
        tokenizer_models.WordLevel({word: id for id, word in enumerate(["[UNK]", "[PAD]", *WORDS])}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    texts = [" ".join(random.choice(WORDS, random.integers(4, 12))) for _ in range(250)]
    (folder / "texts.csv").write_text("text\n" + "\n".join(texts) + "\n", encoding="utf-8")
    np.save(folder / "gain.npy", np.float32(2))
    texts = {"tokenizer": "mine/tokenizer.json", "length": 12}
    config = {
        "study": {"datasets": [], "quantizers": ["dynamic_int8", "weight_int8"], "methods": ["standard"]},
        # The default config has more shifts, which an empty list leaves out.
        "suites": {
            name: {"shifts": {shift: SUITES[name].get(shift, []) for shift in shifts}}
            for name, shifts in project_suites(project).items()
        },
        "models": {
            "pixels": {"file": "mine/pixels.onnx", "data": "photos"},
            "labels": {"file": "mine/labels.onnx", "data": "table", "answers": "label", "constant_files": GAIN},
            "species": {
                "file": "mine/species.onnx",
                "data": "flowers",
                "output": "output_label",
                "answers": "label",
            },
            "encoder": {"file": "mine/encoder.onnx", "data": "reviews"},
        },
        "data": {
            "photos": {"test": {"file": "mine/pixels.npz"}, "shifts": ["images"], "shift_limit": 50},
            "table": {"test": {"file": "mine/rows.npz"}, "shifts": ["auto"], "shift_limit": 90},
            "flowers": {"test": {"file": "mine/species.csv"}, "shifts": ["features"]},
            "reviews": {"test": {"file": "mine/texts.csv"}, "texts": texts, "shifts": ["auto"]},
        },
    }
    project.write("own.yaml", yaml.safe_dump(config, sort_keys=False))
    project.run("--configfile", "own.yaml")
    return project


def project_suites(project):
    config = yaml.safe_load((project.folder / "config/config.yaml").read_text(encoding="utf-8"))
    return {name: config["suites"][name]["shifts"] for name in SUITES}


def table(project, name):
    with (project.folder / f"results/tables/{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_all_kinds_of_data_are_corrupted_and_decided_on(project):
    kinds = {"photos": "images", "table": "features", "flowers": "features", "reviews": "texts"}
    cells = {(row["dataset"], row["variant"], row["suite"], row["shift"], row["severity"]): row
             for row in table(project, "evaluation")}  # fmt: skip
    expected = {
        (data, variant, suite, shift, str(severity))
        for data, kind in kinds.items()
        for variant in ("float32", "dynamic_int8", "weight_int8")
        for suite, shift, severity in [
            ("clean", "none", 0),
            *((kind, shift, level) for shift, levels in SUITES[kind].items() for level in levels),
        ]
        # onnxruntime's dynamic quantizer and weights of 8 bits cannot change a pipeline of scikit-learn.
        if data != "flowers" or variant == "float32"
    }
    assert set(cells) >= expected
    assert {cells["photos", "float32", "images", "fog", "1"]["n"], "50"} == {"50"}
    decisions = json.loads((project.folder / "results/decision.json").read_text(encoding="utf-8"))["models"]
    assert {decision["dataset"] for decision in decisions} == set(kinds)
    assert (project.folder / "results/report.html").stat().st_size > 100_000


def test_a_model_with_labels_alone_has_no_margins_and_no_detectors(project):
    assert {row["dataset"] for row in table(project, "detectors")} == {"photos", "reviews"}
    rows = [row for row in table(project, "evaluation") if row["dataset"] == "table"]
    assert {row["kl_mean"] for row in rows} == {""}
    clean = next(row for row in rows if (row["variant"], row["suite"]) == ("float32", "clean"))
    assert float(clean["accuracy"]) == 1.0
    # The disagreements are those of the rounded weights.
    weight = models.random(FEATURES, 4, seed=3)
    scale = np.abs(weight).max(axis=0) / 127
    folder = project.folder / "results/datasets/table/test"
    with np.load(folder / "inputs.npz") as stored:
        assert stored.files == ["rows"]
        inputs = stored["rows"]
    rounded = (inputs @ (np.round(weight / scale) * scale)).argmax(axis=1)
    found = next(row for row in rows if (row["variant"], row["suite"]) == ("weight_int8", "clean"))
    assert int(found["disagreements"]) == ((inputs @ weight).argmax(axis=1) != rounded).sum()


def test_string_labels_are_those_of_the_model(project):
    record = json.loads(
        (project.folder / "results/models/flowers/species/given/0/model.json").read_text(encoding="utf-8")
    )
    assert record["output"]["labels"] == models.SPECIES


def test_groups_are_clusters_in_the_intervals(project):
    """Each row is there three times, in one group."""
    for row in table(project, "evaluation"):
        effective, n = float(row["effective_inputs"]), int(row["n"])
        if row["dataset"] != "table":
            assert effective == n
        elif row["suite"] == "clean":
            assert effective == pytest.approx(n / COPIES)
        else:  # the noise of copies differs, and so may their answers
            assert n / COPIES - 1e-6 <= effective <= n
    sources = np.load(project.folder / "results/shifts/table/features/noise/5/sources.npy")
    assert set(np.unique(sources, return_counts=True)[1]) == {COPIES}


def test_only_a_new_corruption_runs(project):
    assert project.plan("--configfile", "own.yaml").jobs == []
    config = yaml.safe_load((project.folder / "own.yaml").read_text(encoding="utf-8"))
    config["suites"]["features"]["shifts"]["noise"] = [1, 3, 5]
    project.write("more.yaml", yaml.safe_dump(config, sort_keys=False))
    jobs = project.plan("--configfile", "more.yaml").jobs
    corruptions = [(names["dataset"], names["shift"], names["severity"]) for rule, names in jobs
                   if rule == "given_corruption"]  # fmt: skip
    assert sorted(corruptions) == [("flowers", "noise", "3"), ("table", "noise", "3")]
    assert not {rule for rule, _ in jobs} & {"given_model", "given_data", "given_record", "quantize", "inspect"}


def test_a_changed_limit_reruns_the_corruptions_alone(project):
    config = yaml.safe_load((project.folder / "own.yaml").read_text(encoding="utf-8"))
    config["data"]["photos"]["shift_limit"] = 20
    project.write("fewer.yaml", yaml.safe_dump(config, sort_keys=False))
    rules = [rule for rule, _ in project.plan("--configfile", "fewer.yaml").jobs]
    assert rules.count("given_corruption") == 3
    assert not set(rules) & {"given_model", "given_data", "quantize"}


@pytest.mark.parametrize(
    ("data", "shifts", "message"),
    [
        ("reviews", ["features"], 'data.reviews.shifts = "features": it is for arrays or tables of numbers, but'),
        ("table", ["image"], 'data.table.shifts = "image": unknown'),
        ("table", ["digits"], 'data.table.shifts = "digits": it holds other data; expected a suite of corruptions'),
    ],
)
def test_a_suite_that_does_not_fit_is_reported_before_any_job(project, data, shifts, message):
    config = yaml.safe_load((project.folder / "own.yaml").read_text(encoding="utf-8"))
    config["data"][data]["shifts"] = shifts
    project.write("wrong.yaml", yaml.safe_dump(config, sort_keys=False))
    outcome = project.snakemake("--cores", "1", "--configfile", "wrong.yaml")
    assert outcome.code != 0
    assert message in outcome.output
    assert "Traceback" not in outcome.output
