"""A quantized file of a user gets the inputs and the answer of the float32 model, or is rejected in one sentence."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper
from tests import given_models as models

from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import Signature
from quantshift.models.given.choices import Choices
from quantshift.models.given.describe import describe
from quantshift.models.given.file_size import read_own_size
from quantshift.models.given.prepare import prepare
from quantshift.models.given.read import read
from quantshift.models.given.store import store_model, store_variant
from quantshift.models.given.variant import Variant, prepare_variant
from quantshift.models.notes import read_notes
from quantshift.runtime.network import Network

INT32, INT64, FLOAT, INT8 = TensorProto.INT32, TensorProto.INT64, TensorProto.FLOAT, TensorProto.INT8


def pair(
    *,
    names: Sequence[str] = ("first", "second"),
    types: Sequence[int] = (INT64, INT64),
    answer: str = "logits",
    softmax: bool = False,
) -> ModelProto:
    """Return a model of two inputs that counts differently: logits = first @ a + second @ b."""
    nodes = []
    for name, weight in zip(names, "ab", strict=True):
        nodes.append(helper.make_node("Cast", [name], [f"{weight}_float"], to=FLOAT))
        nodes.append(helper.make_node("MatMul", [f"{weight}_float", weight], [f"{weight}_product"]))
    nodes.append(helper.make_node("Add", ["a_product", "b_product"], ["sum" if softmax else answer]))
    if softmax:
        nodes.append(helper.make_node("Softmax", ["sum"], [answer]))
    return models.model(
        nodes,
        [models.value(name, kind, ["n", 6]) for name, kind in zip(names, types, strict=True)],
        [models.value(answer, FLOAT, ["n", 3])],
        {"a": models.random(6, 3, seed=1), "b": models.random(6, 3, seed=2)},
    )


def stored(model: ModelProto, file: Path) -> Path:
    onnx.save(model, file)
    return file


def signature(file: Path) -> Signature:
    return describe(prepare(read(file))).signature


def variant_of(model: ModelProto, variant: ModelProto, folder: Path) -> Variant:
    float32 = stored(model, folder / "model.onnx")
    return prepare_variant(read(stored(variant, folder / "theirs.onnx")), signature(float32), float32)


def answers(model: ModelProto, variant: Variant, folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the outputs of both models for the same inputs, with the record of the first."""
    record = signature(stored(model, folder / "model.onnx"))
    random = np.random.default_rng(0)
    inputs = {spec["name"]: random.integers(-5, 6, (20, 6)).astype(spec["dtype"]) for spec in record["inputs"]}
    files = folder / "model.onnx", stored(variant.model, folder / "variant.onnx")
    first, second = (Network(file, record).predict(inputs, 8) for file in files)
    return first, second


@pytest.mark.parametrize(
    ("variant", "notes"),
    [
        ({}, []),
        (
            {"names": ("ids:0", "first")},
            ["its inputs have other names, so they are matched by their order: ids:0 gets first, first gets second"],
        ),
        ({"types": (INT32, INT64)}, ["its input first is cast from int64 to int32"]),
        ({"answer": "Identity:0"}, ["its only output Identity:0 is compared with logits"]),
        # Names of the float32 model are those of other values in the variant.
        ({"answer": "first_out", "names": ("sum", "b_float_2")}, ["other names", "its only output first_out"]),
    ],
)
def test_inputs_and_the_answer_get_the_names_and_types_of_the_model(tmp_path, variant, notes) -> None:
    result = variant_of(pair(), pair(**variant), tmp_path)
    assert len(result.notes) == len(notes)
    assert all(part in note for part, note in zip(notes, result.notes, strict=True))
    expected, actual = answers(pair(), result, tmp_path)
    np.testing.assert_array_equal(expected, actual)


def test_a_value_inside_of_the_variant_may_have_the_name_of_an_input(tmp_path) -> None:
    model = pair(names=("a_product", "b_product"))
    for node in model.graph.node:
        for names in (node.input, node.output):
            for position, name in enumerate(names):
                inner = node.op_type != "Cast" and name in ("a_product", "b_product")
                names[position] = f"{name}_inner" if inner else name
    result = variant_of(model, pair(), tmp_path)
    expected, actual = answers(model, result, tmp_path)
    np.testing.assert_array_equal(expected, actual)


@pytest.mark.parametrize(
    ("variant", "message"),
    [
        (
            {"types": (INT64, FLOAT)},
            r"first int64 \[n, 6\], second float32 \[n, 6\], but .* give a variant whose input second takes int64$",
        ),
        ({"softmax": True}, "ends in a softmax and answers with probabilities, but .* with logits"),
    ],
)
def test_another_input_or_answer_is_rejected(tmp_path, variant, message) -> None:
    with pytest.raises(QuantshiftError, match=message) as error:
        variant_of(pair(), pair(**variant), tmp_path)
    assert "\n" not in str(error.value)


def ending(*operators: str, width: int = 3) -> ModelProto:
    """Return a model of rows whose product passes through some operators."""
    names = ["product", *(f"value_{number}" for number in range(len(operators) - 1)), "answer"]
    nodes = [helper.make_node("MatMul", ["rows", "weight"], [names[0] if operators else "answer"])]
    for operator, source, target in zip(operators, names, names[1:], strict=False):
        nodes.append(helper.make_node(operator, [source, *(["bias"] if operator == "Add" else [])], [target]))
    rows, answer = models.value("rows", FLOAT, ["n", 6]), models.value("answer", FLOAT, ["n", width])
    weights = {"weight": models.random(6, width), "bias": np.ones(width, np.float32)}
    return models.model(nodes, [rows], [answer], weights)


@pytest.mark.parametrize("width", [1, 3])
@pytest.mark.parametrize("operator", ["Sigmoid", "Softmax"])
@pytest.mark.parametrize("quantized", [(), ("Add", "Identity")])
def test_both_have_the_same_ending(tmp_path, width, operator, quantized) -> None:
    if width == 1 and operator == "Softmax":
        return
    choices = Choices(answers="score", threshold=0.5) if width == 1 else Choices()
    with_it, without = ending(operator, width=width), ending(*quantized, width=width)
    for first, second in ((with_it, without), (without, with_it)):
        float32 = stored(first, tmp_path / "model.onnx")
        record = describe(prepare(read(float32)), choices).signature
        theirs = read(stored(second, tmp_path / "theirs.onnx"))
        with pytest.raises(
            QuantshiftError, match=r"theirs.onnx ends .*, but the float32 model .* ends .*: export both"
        ):
            prepare_variant(theirs, record, float32)
        same = prepare_variant(read(stored(first, tmp_path / "theirs.onnx")), record, float32)
        assert same.notes == []


def test_an_ending_that_is_written_otherwise_is_accepted(tmp_path) -> None:
    assert variant_of(ending("Sigmoid"), ending("HardSigmoid"), tmp_path).notes == []
    assert variant_of(ending(), ending("LogSoftmax"), tmp_path).notes == []
    with pytest.raises(QuantshiftError, match=r"ends in a sigmoid .*, but .* ends in a softmax"):
        variant_of(ending("Softmax"), ending("Sigmoid"), tmp_path)


def test_functions_are_inlined_before_the_ending_is_compared(tmp_path) -> None:
    text = """
        <ir_version: 8, opset_import: ["" : 17, "mine" : 1]>
        graph (float[n, 3] rows) => (float[n, 3] answer)
        <float[3, 3] weight = {1, 2, 3, 4, 5, 6, 7, 8, 9}>
        { answer = mine.head (rows, weight) }
        <domain: "mine", opset_import: ["" : 17]>
        head (a, w) => (b) { c = MatMul (a, w) %s }
    """
    plain, softmax = (onnx.parser.parse_model(text % end) for end in ("b = Identity (c)", "b = Softmax (c)"))
    assert not variant_of(plain, plain, tmp_path).model.functions
    with pytest.raises(QuantshiftError, match="ends in a softmax"):
        variant_of(plain, softmax, tmp_path)


@pytest.mark.parametrize(
    ("shape", "advice"),
    [
        (["n", 8, 8, 3], "takes images with their channels first, as the float32 model does$"),
        (["n", 3, 4, 8], "a variant of this model, whose input image has the same shape$"),
        (["n", 192], "a variant of this model, whose input image has the same shape$"),
    ],
)
def test_another_layout_or_shape_is_rejected(tmp_path, shape, advice) -> None:
    flat = [helper.make_node("Flatten", ["image"], ["flat"]), helper.make_node("MatMul", ["flat", "w"], ["logits"])]
    logits = [models.value("logits", FLOAT, ["n", 4])]
    model, other = (
        models.model(flat, [models.value("image", FLOAT, axes)], logits, {"w": models.random(width, 4)})
        for axes, width in ((["n", 3, 8, 8], 192), (shape, int(np.prod(shape[1:]))))
    )
    with pytest.raises(QuantshiftError, match=advice) as error:
        variant_of(model, other, tmp_path)
    assert "\n" not in str(error.value)


def test_another_number_of_inputs_is_rejected(tmp_path) -> None:
    with pytest.raises(QuantshiftError, match=r"give a variant of this model, with the same inputs$"):
        variant_of(pair(), ending(), tmp_path)


def test_integers_in_place_of_numbers_need_a_scale(tmp_path) -> None:
    model = pair(types=(FLOAT, FLOAT))
    with pytest.raises(QuantshiftError, match="the scale from float32 to int8 is not in the file; give a variant that"):
        variant_of(model, pair(types=(INT8, FLOAT)), tmp_path)


def with_batch(model: ModelProto, batch: int | str) -> ModelProto:
    """Return a model whose inputs and outputs state a number of samples."""
    result = ModelProto()
    result.CopyFrom(model)
    for item in (*result.graph.input, *result.graph.output):
        dim = item.type.tensor_type.shape.dim[0]
        dim.Clear()
        if isinstance(batch, int):
            dim.dim_value = batch
        else:
            dim.dim_param = batch
    return result


@pytest.mark.parametrize(("float32", "variant"), [("n", 1), ("n", 8), (1, "n"), (8, "n"), (4, 1), (1, 4)])
def test_each_is_run_with_its_own_batch(tmp_path, float32, variant) -> None:
    """The last call of a fixed batch is padded: 20 samples in calls of 8."""
    result = variant_of(with_batch(pair(), float32), with_batch(pair(), variant), tmp_path)
    expected, actual = answers(with_batch(pair(), float32), result, tmp_path)
    np.testing.assert_array_equal(expected, actual)
    plain, _ = answers(pair(), variant_of(pair(), pair(), tmp_path), tmp_path)
    np.testing.assert_array_equal(expected, plain)
    count = f"{variant} sample{'' if variant == 1 else 's'} per call"
    taken = "any number" if float32 == "n" else float32
    note = f"it takes {count} and the float32 model {taken}; each is run with its own batch"
    assert result.notes == ([note] if isinstance(variant, int) else [])


def test_inputs_with_different_batches_are_rejected(tmp_path) -> None:
    other = pair()
    for item, batch in zip(other.graph.input, (1, 2), strict=True):
        item.type.tensor_type.shape.dim[0].dim_value = batch
    with pytest.raises(QuantshiftError, match=r"the first axes of its inputs differ \(first 1, second 2\)"):
        variant_of(pair(), other, tmp_path)


def test_another_number_of_classes_is_rejected(tmp_path) -> None:
    other = pair()
    for item in other.graph.initializer:
        item.CopyFrom(onnx.numpy_helper.from_array(models.random(6, 4), item.name))
    other.graph.output[0].type.tensor_type.shape.dim[1].dim_value = 4
    with pytest.raises(QuantshiftError, match=r"answers with 4 numbers per sample, but the float32 model .* with 3"):
        variant_of(pair(), other, tmp_path)


def test_several_outputs_without_the_name_are_rejected(tmp_path) -> None:
    other = pair(answer="scores")
    other.graph.output.append(models.value("a_product", FLOAT, ["n", 3]))
    with pytest.raises(QuantshiftError, match=r"has the outputs scores, a_product, but .* answers with logits"):
        variant_of(pair(), other, tmp_path)
    kept = pair()
    kept.graph.output.append(models.value("a_product", FLOAT, ["n", 3]))
    expected, actual = answers(pair(), variant_of(pair(), kept, tmp_path), tmp_path)
    np.testing.assert_array_equal(expected, actual)


def test_the_file_has_the_notes_and_the_users_file_stays(tmp_path) -> None:
    source = stored(pair(), tmp_path / "model.onnx")
    theirs = stored(pair(answer="scores"), tmp_path / "theirs.onnx")
    content = theirs.read_bytes()
    record, target = tmp_path / "signature.json", tmp_path / "results/theirs.onnx"
    choices = {"output": None, "answers": None, "threshold": None}
    store_model(file=source, choices=choices, model=tmp_path / "float32.onnx", signature=record)
    store_variant(file=theirs, source=source, constants={}, signature=record, model=target)
    assert read_notes(target) == "its only output scores is compared with logits"
    assert theirs.read_bytes() == content
    assert read_notes(theirs) == ""


def test_the_copy_states_the_size_of_the_users_file_with_its_external_data(tmp_path) -> None:
    """The same graph with other external data is another model."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    source = models.with_external_data(pair(), tmp_path / "a/model.onnx")
    other = pair()
    other.graph.initializer[0].CopyFrom(
        numpy_helper.from_array(numpy_helper.to_array(other.graph.initializer[0]) * 2, other.graph.initializer[0].name)
    )
    theirs = models.with_external_data(other, tmp_path / "b/model.onnx")
    assert theirs.read_bytes() == source.read_bytes()
    record, target = tmp_path / "signature.json", tmp_path / "results/theirs.onnx"
    choices = {"output": None, "answers": None, "threshold": None}
    store_model(file=source, choices=choices, model=tmp_path / "float32.onnx", signature=record)
    store_variant(file=theirs, source=source, constants={}, signature=record, model=target)
    assert read_own_size(target) == theirs.stat().st_size + (tmp_path / "b/weights.bin").stat().st_size
    assert read_own_size(tmp_path / "float32.onnx") is None


def test_a_variant_may_lack_a_constant_input_of_the_model(tmp_path) -> None:
    model = ending("Add")
    folded = stored(model, tmp_path / "theirs.onnx")
    del model.graph.initializer[1]
    model.graph.input.append(models.value("bias", FLOAT, [3]))
    source, record = stored(model, tmp_path / "model.onnx"), tmp_path / "signature.json"
    np.save(tmp_path / "bias.npy", np.ones(3, np.float32))
    constants = {"bias": str(tmp_path / "bias.npy")}
    choices = {"output": None, "answers": None, "threshold": None, "constants": constants}
    store_model(file=source, choices=choices, model=tmp_path / "float32.onnx", signature=record)
    target = tmp_path / "results/theirs.onnx"
    store_variant(file=folded, source=source, constants=constants, signature=record, model=target)
    assert read_notes(target) == "it has no input bias, so its file decides on this constant"
    inputs = {"rows": models.random(20, 6)}
    first, second = (
        Network(file, signature(folded)).predict(inputs, 8) for file in (tmp_path / "float32.onnx", target)
    )
    np.testing.assert_array_equal(first, second)
    with pytest.raises(QuantshiftError, match="has no input 'bais'"):
        store_model(file=source, choices={**choices, "constants": {"bais": 1}}, model=target, signature=record)


def test_the_model_itself_is_no_variant(tmp_path) -> None:
    source = stored(pair(), tmp_path / "model.onnx")
    copy = stored(pair(), tmp_path / "copy.onnx")
    with pytest.raises(QuantshiftError, match=r"has the same content as the model .* nothing in it is quantized"):
        store_variant(
            file=copy, source=source, constants={}, signature=tmp_path / "none.json", model=tmp_path / "variant.onnx"
        )
