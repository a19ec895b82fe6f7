"""`quantshift guard` from a wheel, after a check of a user's own model: without torch, and without new inference."""

import json

import numpy as np
import onnxruntime
import pytest

from tests.workflow.test_command import CHECK, Command, command, model, samples

__all__ = ["command"]

FOLDER = "guarded"
# The first samples are answered differently by 8-bit weights, with a small margin.
DISAGREEMENTS = 30


@pytest.fixture(scope="module")
def checked(command: Command) -> Command:
    """The command, after a check whose test set has disagreements."""
    np.savez(command.folder / "mixed.npz", x=samples(1000, DISAGREEMENTS, seed=4))
    np.savez(command.folder / "mixed_calibration.npz", x=samples(200, 6, seed=5))
    options = ("--calibration", "mixed_calibration.npz", "--directory", FOLDER, "--quantizers", "static_int8")
    done = command("check", "model.onnx", "--data", "mixed.npz", *options, *CHECK[-2:])
    assert done.code in (0, 1, 2), done.err
    return command


def test_the_guard_of_a_checked_model(checked):
    done = checked("guard", "--directory", FOLDER, "--accept", "0.01", "--speedup", "0")
    assert done.code == 0, done.out + done.err
    folder = checked.folder / FOLDER
    record = json.loads((folder / "guard.json").read_text(encoding="utf-8"))
    assert record["outputs"] == ["logits", "answered_by_float32"]
    assert all("CPUs without VNNI" in note for note in record["notes"])
    assert record["check"]["high"] <= 0.01
    x = samples(1000, DISAGREEMENTS, seed=4)
    session = onnxruntime.InferenceSession(folder / "guard.onnx", providers=["CPUExecutionProvider"])
    logits, mask = session.run(None, {"x": x})
    float32 = onnxruntime.InferenceSession(model().SerializeToString(), providers=["CPUExecutionProvider"])
    differ = logits.argmax(1) != float32.run(None, {"x": x})[0].argmax(1)
    assert differ.sum() == record["check"]["disagreements"]
    assert not differ[mask].any()
    assert mask[:DISAGREEMENTS].all()
    assert [item["shift"] for item in record["test_sets"]] == ["none", "hard"]
    assert "given/hard" in (folder / "guard.html").read_text(encoding="utf-8")


def test_without_gain_nothing_is_written(checked):
    output = checked.folder / "slow.onnx"
    done = checked("guard", "--directory", FOLDER, "--accept", "0.01", "--output", "slow.onnx", "--speedup", "100")
    assert done.code == 1
    assert "(100.00 × needed)" in done.out
    assert not output.exists()
