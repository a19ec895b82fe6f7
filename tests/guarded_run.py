"""A finished run of one small classifier, written file by file: its quantized variant differs near its boundaries."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from quantshift.core.signature import ModelRecord
from quantshift.models.given.digest import digest
from quantshift.runtime.session import session
from quantshift.storage import archives
from quantshift.storage.arrays import write_array
from quantshift.storage.checksums import ONNX
from quantshift.storage.files import read_json, write_json
from quantshift.storage.records import write_record

MODEL = "data/net/standard/0"
VARIANT = "rough"
WIDTH, CLASSES = 8, 4
LOGITS = {"name": "logits", "kind": "logits", "classes": CLASSES}


def weight(seed: int = 0) -> NDArray[np.float32]:
    """Return the weight of float32."""
    return np.random.default_rng(seed).normal(size=(WIDTH, CLASSES)).astype(np.float32)


def network(values: NDArray[np.float32], work: int = 0) -> ModelProto:
    """Return a linear classifier.

    Args:
        values: its weight.
        work: number of large products that take time and change nothing.
    """
    size = 384
    stored = [numpy_helper.from_array(values, "weight")]
    nodes = [helper.make_node("MatMul", ["x", "weight"], ["first"])]
    last = "first"
    if work:
        stored += [
            numpy_helper.from_array(np.zeros((WIDTH, size), np.float32), "wide"),
            numpy_helper.from_array(np.zeros((size, CLASSES), np.float32), "narrow"),
            numpy_helper.from_array(np.full((size, size), 0.01, np.float32), "large"),
        ]
        nodes.append(helper.make_node("MatMul", ["x", "wide"], ["w0"]))
        nodes += [helper.make_node("MatMul", [f"w{k}", "large"], [f"w{k + 1}"]) for k in range(work)]
        nodes.append(helper.make_node("MatMul", [f"w{work}", "narrow"], ["nothing"]))
        nodes.append(helper.make_node("Add", ["first", "nothing"], ["sum"]))
        last = "sum"
    nodes.append(helper.make_node("Identity", [last], ["logits"]))
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", WIDTH])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", CLASSES])],
        stored,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def store(
    folder: Path,
    *,
    test: int = 2000,
    validation: int = 500,
    shifted: int = 1000,
    work: int = 4,
    output: Mapping[str, Any] = LOGITS,
    model: str = MODEL,
    own: ModelProto | None = None,
    constants: Mapping[str, float] | None = None,
) -> Path:
    """Write a run and return its folder.

    Args:
        folder: the folder of the run.
        test: number of clean test inputs.
        validation: number of validation inputs.
        shifted: number of inputs of a shifted test set, which are nearer to the boundaries.
        work: how much slower float32 is than the variant.
        output: the output in the model's record.
        model: the model's id.
        own: the user's own model, which is stored as `net.onnx`; the id's method is then `given`.
        constants: values of its inputs that are the same for all samples.
    """
    results = folder / "results"
    files = {"float32": network(weight(), work), VARIANT: network((np.round(weight() * 8) / 8).astype(np.float32))}
    record = {
        "inputs": [
            {"name": "x", "stored": "float32", "dtype": "float32", "shape": [WIDTH], "preprocessing": None},
        ],
        "output": dict(output),
        "batch": None,
        "id": model,
        "origin": "trained",
        "facets": {},
    }
    models = {}
    if own is not None:
        onnx.save(own, folder / "net.onnx")
        models["net"] = {"file": "net.onnx", "data": "data", "constants": dict(constants or {})}
        write_record(results / "models" / model / "signature.json", {"digest": digest(folder / "net.onnx")})
    write_json(results / "run.json", {"config": {"datasets": {}, "study": {"seeds": [0]}, "models": models}})
    decisions = results / "decision.json"
    decided = read_json(decisions)["models"] if decisions.exists() else []
    facets = dict(zip(("dataset", "architecture", "method"), model.split("/"), strict=False))
    write_json(decisions, {"models": [*decided, {**facets, "variants": [{"name": VARIANT}]}]})
    write_record(results / "models" / model / "model.json", ModelRecord(**record))  # type: ignore[typeddict-item]
    generator = np.random.default_rng(1)
    inputs = {
        "clean/none/0": generator.normal(size=(test, WIDTH)).astype(np.float32),
        "clean/validation/0": generator.normal(size=(validation, WIDTH)).astype(np.float32),
        "noise/small/3": (generator.normal(size=(shifted, WIDTH)) * 0.5).astype(np.float32),
    }
    inputs["noise/small/3"][:, 1:] *= 0.2
    truth: dict[str, NDArray[Any]] = {}
    for name in ("clean/none/0", "noise/small/3"):
        truth[f"{name}/labels"] = np.zeros(len(inputs[name]), np.int64)
        truth[f"{name}/sources"] = np.arange(len(inputs[name]))
    dataset = model.partition("/")[0]
    archives.write(results / "truth" / f"{dataset}.npz", truth)
    write_array(results / "datasets" / dataset / "validation/sources.npy", -1 - np.arange(validation))
    write_array(results / "datasets" / dataset / "test/inputs.npy", inputs["clean/none/0"])
    for variant, network_ in files.items():
        file = results / "models" / model / f"{variant}.onnx"
        onnx.save(network_, file)
        ONNX.append(file, file)
        opened = session(file)
        for suite in ("clean", "noise"):
            logits = {key.partition("/")[2]: opened.run(None, {"x": x})[0] for key, x in inputs.items() if suite in key}
            archives.store(results / "logits" / model / variant / f"{suite}.npz", logits.items())
        measured = {"file_bytes": 1000, "batch_size": 32, "threads": 1, "saturates_without_vnni": False}
        speed = 1.0 if variant == "float32" else 5.0
        write_record(
            results / "inspections" / model / f"{variant}.json",
            {"status": "ok", "reason": "", **measured, "speedup_over_float32": speed},
        )
    return folder
