"""The inputs of calls, and the outputs without padding."""

import numpy as np
import onnxruntime
import pytest
from tests import guarded_run

from quantshift.guards.graph import UnguardableError
from quantshift.guards.stock import batches, open_stock, predict

X = np.random.default_rng(0).normal(size=(10, guarded_run.WIDTH)).astype(np.float32)
SPEC = {"name": "x", "stored": "float32", "dtype": "float32", "shape": [guarded_run.WIDTH], "preprocessing": None}


@pytest.mark.parametrize(("batch", "size", "sizes"), [(None, 4, [4, 4, 2]), (4, 99, [4, 4, 4]), (1, 64, [1] * 10)])
def test_the_last_call_of_a_fixed_batch_is_padded_and_cut(tmp_path, batch, size, sizes):
    signature = {"inputs": [SPEC], "output": guarded_run.LOGITS, "batch": batch}
    calls = batches({"x": X}, np.arange(10), signature, size)
    assert [len(call.feed["x"]) for call in calls] == sizes
    (tmp_path / "model.onnx").write_bytes(guarded_run.network(guarded_run.weight()).SerializeToString())
    (logits,) = predict(open_stock(tmp_path / "model.onnx", 1), calls, ["logits"])
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx", providers=["CPUExecutionProvider"])
    np.testing.assert_allclose(logits, session.run(None, {"x": X})[0], rtol=1e-6)


def test_a_file_that_onnxruntime_does_not_take_is_one_sentence(tmp_path):
    (tmp_path / "model.onnx").write_bytes(b"nothing")
    with pytest.raises(UnguardableError, match="onnxruntime cannot open the guarded file: "):
        open_stock(tmp_path / "model.onnx", 1)
