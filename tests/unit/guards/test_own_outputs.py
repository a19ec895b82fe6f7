"""A guarded file has the inputs and outputs of the user's own file, with their names, types and shapes."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tests import given_models
from tests.unit.guards.test_graph import run

from quantshift.guards.graph import MASK, guarded
from quantshift.guards.own_outputs import restore
from quantshift.models.given.choices import Choices
from quantshift.models.given.describe import describe
from quantshift.models.given.prepare import prepare
from quantshift.models.given.read import read

FLOAT, HALF, DOUBLE = TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.DOUBLE


def guard(model, folder, threshold=1e9, **choices):
    """Return the guarded model of a file, with its prepared copy as the variant too, and what is left out."""
    onnx.save(model, folder / "model.onnx")
    source = read(folder / "model.onnx")
    described = describe(prepare(source), Choices(**choices))
    detector = "margin" if described.signature["output"]["kind"] == "probabilities" else "logit_margin"
    core = guarded(described.model, described.model, described.signature, detector, threshold)
    return restore(core, source.model)


def network(kind, outputs, nodes, opset=17, width=6):
    """Return a network with logits of some type and further nodes behind them."""
    weight = given_models.random(width, 4, seed=1).astype(helper.tensor_dtype_to_np_dtype(kind))
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "weight"], ["logits"]), *nodes],
        "net",
        [helper.make_tensor_value_info("x", kind, ["n", width])],
        [helper.make_tensor_value_info(name, *about) for name, about in outputs.items()],
        [numpy_helper.from_array(weight, "weight"), numpy_helper.from_array(np.array([1, 2, 2]), "parts")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


SOFTMAX = helper.make_node("Softmax", ["logits"], ["probabilities"], axis=-1)
TOP = helper.make_node("ArgMax", ["probabilities"], ["class"], axis=1, keepdims=0)
X = given_models.random(20, 6, seed=3)


@pytest.mark.parametrize("opset", [11, 13, 17])
def test_outputs_that_follow_from_the_answer_are_computed_from_it(tmp_path, opset):
    outputs = {
        "class": (TensorProto.INT64, ["n"]),
        "probabilities": (FLOAT, ["n", 4]),
        "logits": (FLOAT, ["n", 4]),
    }
    model = network(FLOAT, outputs, [SOFTMAX, TOP], opset)
    result, notes = guard(model, tmp_path, output="logits")
    assert [item.name for item in result.graph.output] == [*outputs, MASK]
    assert notes == []
    *values, mask = run(result, {"x": X})
    assert mask.all()
    for value, expected in zip(values, run(model, {"x": X}), strict=True):
        np.testing.assert_allclose(value, expected, rtol=1e-5)


def test_half_precision_is_taken_and_given_as_in_the_file(tmp_path):
    model = network(HALF, {"logits": (HALF, ["n", 4])}, [])
    result, notes = guard(model, tmp_path)
    assert notes == []
    x = X.astype(np.float16)
    logits, mask = run(result, {"x": x})
    assert logits.dtype == np.float16
    assert mask.all()
    np.testing.assert_allclose(logits, run(model, {"x": x})[0], rtol=0.01, atol=0.01)


def test_double_logits_with_another_axis_have_their_type_and_shape(tmp_path):
    reshape = helper.make_node("Reshape", ["logits", "shape"], ["answers"])
    model = network(DOUBLE, {"answers": (DOUBLE, ["n", 4, 1])}, [reshape])
    model.graph.initializer.append(numpy_helper.from_array(np.array([-1, 4, 1]), "shape"))
    result, _ = guard(model, tmp_path, output="answers", answers="logits")
    answers, _ = run(result, {"x": X.astype(np.float64)})
    assert (answers.dtype, answers.shape) == (np.float64, (20, 4, 1))
    np.testing.assert_allclose(answers, run(model, {"x": X.astype(np.float64)})[0], rtol=1e-5)


def test_an_output_that_does_not_follow_from_the_answer_is_left_out_and_named(tmp_path):
    features = helper.make_node("Mul", ["x", "x"], ["features"])
    outputs = {"features": (FLOAT, ["n", 6]), "logits": (FLOAT, ["n", 4])}
    result, notes = guard(network(FLOAT, outputs, [features]), tmp_path, output="logits")
    assert [item.name for item in result.graph.output] == ["logits", MASK]
    assert notes == ["the output features is left out, since it is not computed from the answer"]


def test_a_score_keeps_its_second_axis(tmp_path):
    model, inputs = given_models.sigmoid()
    result, notes = guard(model, tmp_path)
    risk, mask = run(result, inputs)
    assert risk.shape == (200, 1)
    assert mask.shape == (200,)
    assert notes == []
    np.testing.assert_allclose(risk, run(model, inputs)[0], rtol=1e-6)


def test_maps_of_labels_are_maps_again(tmp_path):
    model, inputs = given_models.species()
    result, notes = guard(model, tmp_path, threshold=0.0)
    maps, mask = run(result, inputs)[-2:]
    assert not mask.any()
    assert maps[0].keys() == set(given_models.SPECIES)
    assert maps[3]["setosa"] == pytest.approx(run(model, inputs)[1][3]["setosa"], rel=1e-5)
    assert notes == ["the output output_label is left out, since it is not computed from the answer"]


def test_a_fixed_batch_with_external_data_is_run_as_in_the_file(tmp_path):
    model = given_models.convolutional(outputs=("features", "logits"), batch=1)
    expected = [run(model, {"image": image[None]})[1] for image in given_models.images(4)["image"]]
    file = given_models.with_external_data(model, tmp_path / "model.onnx")
    source = read(file)
    described = describe(prepare(source), Choices(output="logits"))
    core = guarded(described.model, described.model, described.signature, "logit_margin", 1e9)
    result, notes = restore(core, source.model)
    assert described.signature["batch"] == 1
    assert len(notes) == 1
    for image, wanted in zip(given_models.images(4)["image"], expected, strict=True):
        logits, mask = run(result, {"image": image[None]})
        assert mask.tolist() == [True]
        np.testing.assert_allclose(logits, wanted, rtol=1e-4, atol=1e-5)
