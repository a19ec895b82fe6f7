"""A model whose answer is a score against a threshold, from its file to comparison and detection."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pandas as pd
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tests.answers import IMAGES

from quantshift.aggregation import evaluation
from quantshift.analysis.comparison import comparison
from quantshift.analysis.detection.detectors import detections
from quantshift.analysis.retraining import figures
from quantshift.core.errors import QuantshiftError
from quantshift.core.model_id import ModelId
from quantshift.core.signature import ModelRecord, Output
from quantshift.core.test_set import TestSet
from quantshift.data import truth
from quantshift.export.parity import parity
from quantshift.runtime.evaluate import evaluate
from quantshift.storage import archives
from quantshift.storage.arrays import write_array
from quantshift.storage.checksums import ONNX
from quantshift.storage.files import atomic
from quantshift.storage.records import write_record
from quantshift.tables import table
from quantshift.tasks.of_output import read_task, task_of
from quantshift.tasks.score import Score

RANDOM = np.random.default_rng(0)
N = 400
THRESHOLD = 0.4
ID = ModelId("pulses", "dense", "standard", 0)
SETS = {TestSet("clean", "none", 0): 0.0, TestSet("noisy", "noise", 1): 0.3}
WEIGHTS = RANDOM.normal(size=(36, 1)).astype(np.float32)
VARIANTS = {"float32": WEIGHTS, "int4": np.round(WEIGHTS * 3) / np.float32(3)}
OUTPUT = Output(name="risk", kind="score", classes=2, threshold=THRESHOLD)


def risk(path: Path, weights: NDArray[np.float32], *, squeezed: bool) -> None:
    """Write a model of one output, `risk` [n] or [n, 1], in 0..1."""
    nodes = [
        helper.make_node("Flatten", ["pixels"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["sum"]),
        helper.make_node("Sigmoid", ["sum"], ["column" if squeezed else "risk"]),
    ]
    if squeezed:
        nodes.append(helper.make_node("Squeeze", ["column", "axis"], ["risk"]))
    shape = ["batch"] if squeezed else ["batch", 1]
    graph = helper.make_graph(
        nodes,
        "risk",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["batch", 1, 6, 6])],
        [helper.make_tensor_value_info("risk", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(weights, "weights"), numpy_helper.from_array(np.array([1]), "axis")],
    )
    with atomic(path) as temporary:
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
        onnx.save(model, temporary)
        ONNX.append(temporary, path)


@pytest.fixture(params=[True, False], ids=["squeezed", "column"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Store inputs and two variants of a model, and evaluate them."""
    pixels = RANDOM.integers(0, 256, (N, 1, 6, 6)).astype(np.uint8)
    for test_set, noise in {**SETS, TestSet("clean", "validation", 0): 0.1}.items():
        changed = np.clip(pixels + RANDOM.normal(0, 255 * noise, pixels.shape), 0, 255).astype(np.uint8)
        write_array(tmp_path / "sets" / test_set.path / "inputs.npy", changed)
        write_array(tmp_path / "sets" / test_set.path / "labels.npy", RANDOM.integers(0, 2, N))
        write_array(tmp_path / "sets" / test_set.path / "sources.npy", np.arange(N))
    truth.gather({test_set: tmp_path / "sets" / test_set.path for test_set in SETS}, tmp_path / "truth.npz", 2)
    record: ModelRecord = {
        "inputs": [IMAGES.input("pixels", [1, 6, 6])],
        "output": OUTPUT,
        "batch": None,
        "id": ID.path,
        "origin": "trained",
        "facets": ID._asdict(),
    }
    write_record(tmp_path / "model.json", record)
    for variant, weights in VARIANTS.items():
        risk(tmp_path / f"{variant}.onnx", weights, squeezed=request.param)
        for suite, keys in {"clean": ["none/0", "validation/0"], "noisy": ["noise/1"]}.items():
            evaluate(
                model=tmp_path / f"{variant}.onnx",
                record=tmp_path / "model.json",
                test_sets={key: tmp_path / "sets" / suite / key / "inputs.npy" for key in keys},
                batch_size=64,
                threads=1,
                entries={},
                logits=tmp_path / "logits" / variant / f"{suite}.npz",
            )
    return tmp_path


def scores(folder: Path, variant: str, test_set: TestSet) -> NDArray[Any]:
    return archives.read_all(folder / f"logits/{variant}/{test_set.suite}.npz")[test_set.key].reshape(N)


def files(folder: Path, variant: str) -> dict[str, Path]:
    return {suite: folder / f"logits/{variant}/{suite}.npz" for suite in ("clean", "noisy")}


def test_the_sides_of_the_threshold_are_compared(folder: Path) -> None:
    base = folder / "comparisons" / ID.path / "int4"
    comparison(
        cell=ID.cell("int4"),
        reference=files(folder, "float32"),
        variant=files(folder, "int4"),
        truth_file=folder / "truth.npz",
        task=read_task(folder / "model.json"),
    ).write(
        table=base.with_suffix(".csv"),
        masks=base.with_suffix(".npz"),
        inputs=folder / "disagreements.csv",
        weakest=base.with_suffix(".json"),
    )
    evaluation.aggregate([base.with_suffix(".csv")], folder / "evaluation.csv", {ID.dataset: list(SETS)})
    rows = table.read("evaluation", folder / "evaluation.csv")
    for test_set, row in zip(SETS, rows.to_dict("records"), strict=True):
        above = {variant: scores(folder, variant, test_set) >= np.float32(THRESHOLD) for variant in VARIANTS}
        labels = np.load(folder / "sets" / test_set.path / "labels.npy")
        assert row["disagreements"] == (above["float32"] != above["int4"]).sum() > 0
        assert row["accuracy"] == pytest.approx((above["int4"] == labels).mean())
        assert np.isnan(row["kl_mean"])  # a score has no distribution over classes


def test_the_distance_from_the_threshold_alone_detects(folder: Path) -> None:
    """Detectors of probabilities make no sense for a score, and are left out."""
    detections(
        cell=ID.cell("int4"),
        reference=files(folder, "float32"),
        variant=files(folder, "int4"),
        truth_file=folder / "truth.npz",
        task=read_task(folder / "model.json"),
    ).write(
        table=folder / "detections.csv",
        draws=folder / "draws.npz",
    )
    rows = pd.read_csv(folder / "detections.csv")
    assert set(rows["metric"]) == {"logit_margin"}
    natural = rows[(rows["protocol"] == "natural") & (rows["view"] == "variant")].set_index("shift_group")
    assert (natural["auroc"] > 0.6).all()
    # By hand: the fraction of pairs in which the disagreement is nearer to the threshold.
    test_set = TestSet("noisy", "noise", 1)
    near = -np.abs(scores(folder, "int4", test_set).astype(np.float64) - float(np.float32(THRESHOLD)))
    above = [scores(folder, variant, test_set) >= np.float32(THRESHOLD) for variant in VARIANTS]
    hits, others = near[above[0] != above[1]], near[above[0] == above[1]]
    pairs = (hits[:, None] > others) + 0.5 * (hits[:, None] == others)
    assert natural.loc["noisy", "auroc"] == pytest.approx(pairs.mean(), abs=1e-6)


def test_a_retraining_is_counted_by_the_sides(folder: Path) -> None:
    test_set = TestSet("clean", "none", 0)
    pair = scores(folder, "float32", test_set), scores(folder, "int4", test_set)
    labels = np.load(folder / "sets" / test_set.path / "labels.npy")
    task = Score(THRESHOLD)
    counts = figures(pair, (pair[0], pair[0]), labels, np.arange(N), task)
    differing = (pair[0] >= np.float32(THRESHOLD)) != (pair[1] >= np.float32(THRESHOLD))
    assert (counts["before"], counts["fixed"], counts["after"]) == (differing.sum(), differing.sum(), 0)


def test_parity_is_about_the_same_side() -> None:
    expected, actual = np.float32([0.3, 0.5, 0.7]), np.float32([0.35, 0.45, 0.7])
    assert parity(expected, actual, Score(0.5)).argmax_equal == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("output", "fault"),
    [
        (Output(name="p", kind="score", classes=2), "a score without a threshold"),
        (
            Output(name="p", kind="rank", classes=2),
            "the kind of its output is 'rank', expected one of logits, probabilities, score, label",
        ),
    ],
)
def test_an_output_without_a_task_is_rejected(folder: Path, output: Output, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        task_of(output)
    write_record(folder / "other.json", {"inputs": [], "output": output, "batch": None})
    with pytest.raises(QuantshiftError, match=rf"other\.json: .*{fault}"):
        read_task(folder / "other.json")
