"""Which graphs saturate, and on which CPUs."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx_ir as ir
import pytest
from onnx import TensorProto, helper, numpy_helper

from quantshift.inspection import coverage, saturation
from quantshift.study import Study


def product(weights: np.ndarray) -> onnx.ModelProto:
    """Return a graph that multiplies uint8 activations by these weights."""
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["input", "weights"], ["logits"])],
        "product",
        [helper.make_tensor_value_info("input", TensorProto.UINT8, ["batch", len(weights)])],
        [helper.make_tensor_value_info("logits", TensorProto.INT32, ["batch", weights.shape[1]])],
        [numpy_helper.from_array(weights, "weights")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


@pytest.mark.parametrize(
    ("weight", "kind", "risk"),
    [(127, "int8", True), (-128, "int8", True), (64, "int8", False), (-64, "int8", False), (255, "uint8", False)],
)
def test_large_int8_weights_are_at_risk(weight: int, kind: str, risk: bool) -> None:
    assert saturation.at_risk(ir.from_proto(product(np.full((64, 16), weight, dtype=kind)))) is risk


def test_a_cpu_with_vnni_does_not_saturate() -> None:
    flags = Path("/proc/cpuinfo").read_text(encoding="utf-8").split()
    if "avx2" not in flags:
        pytest.skip("only x86 kernels without VNNI add in 16 bits")
    assert saturation.cpu_saturates() is not bool({"avx512_vnni", "avx_vnni"} & set(flags))


def test_the_recommended_preset_does_not_saturate(default_config: dict[str, Any]) -> None:
    study = Study(default_config)
    presets = [name for name in study.quantizers if study.saturates(name)]
    assert presets == ["static_int8"]
    message = saturation.advice(presets)
    assert "static_int8 will give different answers" in message
    assert "use static_int8_portable" in message
    assert not study.saturates("static_int8_portable")


@pytest.mark.parametrize("cpu", [True, False])
def test_a_graph_saturates_if_the_cpu_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cpu: bool) -> None:
    monkeypatch.setattr(coverage, "cpu_saturates", lambda: cpu)
    for kind, weight in (("int8", 127), ("uint8", 255)):
        onnx.save(product(np.full((64, 16), weight, dtype=kind)), tmp_path / f"{kind}.onnx")
    signed, unsigned = (coverage.coverage(tmp_path / f"{kind}.onnx") for kind in ("int8", "uint8"))
    assert signed.may_saturate is cpu
    assert signed.saturates_without_vnni
    assert not unsigned.may_saturate
    assert not unsigned.saturates_without_vnni
