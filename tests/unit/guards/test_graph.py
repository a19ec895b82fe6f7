"""A guarded file in real onnxruntime: only flagged rows are run by float32, and all answers are those of the parts."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import quantize_dynamic
from tests import given_models

from quantshift.guards import graph
from quantshift.guards.detectors import flagged, margins
from quantshift.guards.graph import UnguardableError, guarded
from quantshift.models.given.names import name_nodes

FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64
DETECTORS = ("logit_margin", "margin")


def session(model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def run(model, feed):
    return session(model).run(None, feed)


def signature(inputs, kind="logits", name="logits", classes=10, batch=None, **more):
    specs = [
        {"name": key, "stored": str(array.dtype), "dtype": str(array.dtype), "shape": list(array.shape[1:])}
        | {"preprocessing": None}
        for key, array in inputs.items()
    ]
    return {"inputs": specs, "output": {"name": name, "kind": kind, "classes": classes, **more}, "batch": batch}


def linear(weight, *, batch="n", opset=17, outputs=("logits",), inputs=("x",)):
    """Return a network whose logits are the sum of its inputs, times a weight; `features` are their squares."""
    total = inputs[0] if len(inputs) == 1 else "total"
    nodes = [] if len(inputs) == 1 else [helper.make_node("Sum", [*inputs], [total])]
    nodes += [helper.make_node("MatMul", [total, "weight"], ["logits"])]
    nodes += [helper.make_node("Mul", [total, total], ["features"])] if "features" in outputs else []
    built = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info(name, FLOAT, [batch, weight.shape[0]]) for name in inputs],
        [helper.make_tensor_value_info(name, FLOAT, [batch, weight.shape[name == "logits"]]) for name in outputs],
        [numpy_helper.from_array(weight, "weight")],
    )
    return helper.make_model(built, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


WEIGHT = given_models.random(6, 4, seed=1)
# Stands for a quantized weight.
ROUGH = np.round(WEIGHT * 2) / 2
X = {"x": given_models.random(50, 6, seed=2)}


@pytest.fixture(scope="module")
def dense(tmp_path_factory):
    """A dense float32 network and its dynamic int8 variant, which has integer operators."""
    folder = tmp_path_factory.mktemp("dense")
    model = given_models.shared()
    name_nodes(model)
    onnx.save(model, folder / "float32.onnx")
    quantize_dynamic(folder / "float32.onnx", folder / "int8.onnx")
    return model, onnx.load(folder / "int8.onnx")


@pytest.mark.parametrize("detector", DETECTORS)
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_flagged_rows_are_float32s_and_others_the_variants(dense, detector, share):
    float32, quantized = dense
    x = given_models.vectors(300)
    (exact,), (quick,) = run(float32, x), run(quantized, x)
    about = signature(x)
    certainty = margins(quick, about["output"], detector)
    # Between two margins, since onnxruntime's softmax rounds otherwise than numpy's.
    ranked = np.concatenate([[0.0], np.sort(certainty), [np.float32(1e9)]])
    count = round(share * len(certainty))
    threshold = float((ranked[count] + ranked[count + 1]) / 2)
    model = guarded(quantized, float32, about, detector, threshold)
    onnx.checker.check_model(model, full_check=True)
    answers, mask = run(model, x)
    assert mask.sum() == count
    assert (mask == flagged(certainty, threshold)).all()
    assert (answers[~mask] == quick[~mask]).all()
    # The rows of float32 are summed in blocks of another number of rows, so the last bits may differ.
    np.testing.assert_allclose(answers[mask], exact[mask], rtol=1e-5, atol=1e-6)
    if count:
        # With the rows that were gathered, float32 alone gives the same bits.
        (gathered,) = run(float32, {"x": x["x"][mask]})
        assert (answers[mask] == gathered).all()


def test_only_flagged_rows_are_run_by_float32():
    # The logits of this float32 are the number of rows that it gets.
    counted = linear(WEIGHT)
    counted.graph.node.extend(
        [
            helper.make_node("Shape", ["x"], ["shape"]),
            helper.make_node("Gather", ["shape", "first"], ["ran"]),
            helper.make_node("Cast", ["ran"], ["ran_float"], to=FLOAT),
            helper.make_node("Mul", ["logits", "none"], ["blank"]),
            helper.make_node("Add", ["blank", "ran_float"], ["counts"]),
        ]
    )
    counted.graph.initializer.extend(
        [numpy_helper.from_array(np.array(0), "first"), numpy_helper.from_array(np.array(0, np.float32), "none")]
    )
    counted.graph.output[0].name = "counts"
    quantized = linear(ROUGH)
    quantized.graph.node[0].output[0] = "counts"
    quantized.graph.output[0].name = "counts"
    about = signature(X, name="counts", classes=4)
    (quick,) = run(quantized, X)
    threshold = float(np.quantile(margins(quick, about["output"], "logit_margin"), 0.3))
    answers, mask = run(guarded(quantized, counted, about, "logit_margin", threshold), X)
    assert 0 < mask.sum() < len(mask)
    assert (answers[mask] == mask.sum()).all()
    assert (answers[~mask] == quick[~mask]).all()


def test_float32_is_not_run_without_a_flagged_row(tmp_path):
    options = onnxruntime.SessionOptions()
    options.enable_profiling = True
    options.profile_file_prefix = str(tmp_path / "profile")
    model = guarded(linear(ROUGH), linear(WEIGHT), signature(X, classes=4), "logit_margin", 0.0)
    opened = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    _, mask = opened.run(None, X)
    profile = Path(opened.end_profiling()).read_text(encoding="utf-8")
    assert not mask.any()
    assert '"MatMul_kernel_time"' in profile
    assert "MatMul_2" not in profile
    assert "ScatterND" not in profile


@pytest.mark.parametrize("threshold", [0.0, 1e9])
def test_a_single_row_is_answered(threshold):
    row = {"x": X["x"][:1]}
    answers, mask = run(guarded(linear(ROUGH), linear(WEIGHT), signature(X, classes=4), "margin", threshold), row)
    expected = run(linear(WEIGHT if threshold else ROUGH), row)[0]
    assert mask.tolist() == [threshold > 0]
    assert (answers == expected).all()


@pytest.mark.parametrize("batch", [1, 5])
def test_a_fixed_batch_is_run_whole_and_merged_by_row(batch):
    quick, exact = linear(ROUGH, batch=batch), linear(WEIGHT, batch=batch)
    about = signature(X, classes=4, batch=batch)
    feeds = [{"x": X["x"][start : start + batch]} for start in range(0, 50, batch)]
    certainty = margins(np.concatenate([run(quick, feed)[0] for feed in feeds]), about["output"], "logit_margin")
    model = session(guarded(quick, exact, about, "logit_margin", float(np.quantile(certainty, 0.4))))
    for feed in feeds:
        answers, mask = model.run(None, feed)
        merged = np.where(mask[:, None], run(exact, feed)[0], run(quick, feed)[0])
        assert (answers == merged).all()


def test_all_outputs_and_inputs_are_those_of_the_models_and_names_do_not_collide():
    names = ("x", "float32/x")
    outputs = ("features", "logits")
    feed = {name: given_models.random(20, 6, seed=seed) for seed, name in enumerate(names)}
    quick, exact = (linear(weight, inputs=names, outputs=outputs) for weight in (ROUGH, WEIGHT))
    about = signature(feed, classes=4)
    (_, logits) = run(quick, feed)
    threshold = float(np.quantile(margins(logits, about["output"], "logit_margin"), 0.5))
    model = guarded(quick, exact, about, "logit_margin", threshold)
    assert [item.name for item in model.graph.input] == [*names]
    assert [item.name for item in model.graph.output] == [*outputs, graph.MASK]
    features, answers, mask = run(model, feed)
    assert 0 < mask.sum() < 20
    for place, values in enumerate((features, answers)):
        merged = np.where(mask[:, None], run(exact, feed)[place], run(quick, feed)[place])
        np.testing.assert_allclose(values, merged, rtol=1e-5)


def test_the_mask_has_another_name_if_the_model_has_this_one():
    quick, exact = linear(ROUGH), linear(WEIGHT)
    for model in (quick, exact):
        model.graph.node[0].output[0] = model.graph.output[0].name = graph.MASK
    model = guarded(quick, exact, signature(X, name=graph.MASK, classes=4), "margin", 0.5)
    assert [item.name for item in model.graph.output] == [graph.MASK, f"{graph.MASK}_"]
    run(model, X)


def test_a_score_is_uncertain_near_its_threshold():
    float32, inputs = given_models.sigmoid()
    about = signature(inputs, "score", "risk", 2, threshold=0.5)
    quick = onnx.ModelProto()
    quick.CopyFrom(float32)
    quick.graph.initializer[0].CopyFrom(
        numpy_helper.from_array(np.array([1, 0], np.float32).reshape(1, 2, 1, 1), "weight")
    )
    (scores,), (exact,) = run(quick, inputs), run(float32, inputs)
    threshold = 0.01
    answers, mask = run(guarded(quick, float32, about, "logit_margin", threshold), inputs)
    assert np.flatnonzero(mask).tolist() == [17, 120]
    assert ((answers >= 0.5) == (exact >= 0.5)).all()
    assert not ((scores >= 0.5) == (exact >= 0.5)).all()


def test_weights_in_branches_and_token_ids_are_joined():
    for model, inputs, classes in (
        (given_models.branches(), given_models.vectors(30), 10),
        (*given_models.encoder(), None),
    ):
        name_nodes(model)
        (exact,) = run(model, inputs)
        about = signature(inputs, name=model.graph.output[0].name, classes=classes or exact.shape[1])
        half = float(np.median(margins(exact, about["output"], "logit_margin")))
        answers, mask = run(guarded(model, model, about, "logit_margin", half), inputs)
        assert 0 < mask.sum() < len(mask)
        np.testing.assert_allclose(answers, exact, rtol=1e-4, atol=1e-5)


def test_an_older_opset_is_raised_to_that_of_the_other_model():
    model = guarded(linear(ROUGH, opset=21), linear(WEIGHT, opset=13), signature(X, classes=4), "margin", 0.5)
    assert [(entry.domain, entry.version) for entry in model.opset_import] == [("", 21)]
    run(model, X)


@pytest.mark.parametrize("with_functions", ["quantized", "float32", "both"])
def test_local_functions_are_part_of_the_file(with_functions):
    def product(weight, inside):
        """Return a network whose product is inside of a function."""
        model = linear(weight)
        if inside:
            inner = helper.make_node("MatMul", ["a", "b"], ["c"])
            model.functions.append(
                helper.make_function("own", "Product", ["a", "b"], ["c"], [inner], [helper.make_opsetid("", 17)])
            )
            model.graph.node[0].op_type, model.graph.node[0].domain = "Product", "own"
            model.opset_import.append(helper.make_opsetid("own", 1))
        return model

    quick, exact = (
        product(weight, with_functions in (name, "both"))
        for name, weight in (("quantized", ROUGH), ("float32", WEIGHT))
    )
    (rough,) = run(quick, X)
    about = signature(X, classes=4)
    threshold = float(np.quantile(margins(rough, about["output"], "logit_margin"), 0.4))
    model = guarded(quick, exact, about, "logit_margin", threshold)
    onnx.checker.check_model(model, full_check=True)
    answers, mask = run(model, X)
    assert 0 < mask.sum() < len(mask)
    np.testing.assert_allclose(answers, np.where(mask[:, None], run(exact, X)[0], rough), rtol=1e-5)


def test_an_opset_without_the_operators_is_one_sentence():
    with pytest.raises(UnguardableError, match="it has opset 9, expected 13 or newer"):
        guarded(linear(ROUGH, opset=9), linear(WEIGHT, opset=9), signature(X, classes=4), "margin", 0.5)


def test_models_that_exceed_one_file_are_one_sentence(monkeypatch):
    monkeypatch.setattr(graph, "LIMIT", 200)
    with pytest.raises(UnguardableError, match="one ONNX file holds less than 2 GiB"):
        guarded(linear(ROUGH), linear(WEIGHT), signature(X, classes=4), "margin", 0.5)


def test_an_answer_that_is_not_a_number_goes_to_float32():
    feed = {"x": X["x"].copy()}
    feed["x"][3, 0] = np.nan
    _, mask = run(guarded(linear(ROUGH), linear(WEIGHT), signature(X, classes=4), "logit_margin", 1e-9), feed)
    assert mask[3]


@pytest.mark.parametrize(("batch", "fixed"), [(None, 1), (8, 1), (1, 8)])
def test_a_variant_with_another_batch_cannot_be_joined(batch, fixed):
    float32, quantized = linear(WEIGHT, batch=batch or "n"), linear(ROUGH, batch=fixed)
    message = rf"takes {fixed} rows? per call and float32 {batch or 'any number'}, so one file cannot hold both"
    with pytest.raises(UnguardableError, match=message):
        guarded(quantized, float32, signature(X, classes=4, batch=batch), "margin", 0.1)
