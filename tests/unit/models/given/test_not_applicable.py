"""A preset that a user's model cannot take is written, evaluated and inspected without values; the others go on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests import given_models as models
from tests.unit.models.given.conftest import Brought

from quantshift.inspection.inspect import inspect
from quantshift.quantizers.variant import write_variant
from quantshift.runtime.evaluate import evaluate
from quantshift.storage import archives, not_applicable
from quantshift.storage.files import read_json

REASON = (
    "nothing would be quantized: its weights belong to 4 Gemm in the body of an If or Loop, "
    "which this scheme leaves in float32"
)
PRESETS = ("static_int8", "dynamic_int8")
INFERENCE = {name: {"batch_size": 64, "threads": 1, "entries": {}} for name in ("float32", *PRESETS)}


@pytest.fixture
def folder(bring: Callable[..., Brought], capfd: pytest.CaptureFixture[str]) -> Path:
    """The folder of a model whose weights are in branches, with its variants, after the static preset is refused."""
    brought = bring(models.branches(), models.vectors())
    folder = brought.file.parent
    brought.quantized("dynamic_int8")
    arguments = {"source": brought.file, "record": folder / "model.json", "calibration": folder / "calibration.npy"}
    write_variant(preset=dict(brought.presets["static_int8"]), model=folder / "static_int8.onnx", **arguments)
    assert f"not applicable: {REASON}\n" in capfd.readouterr().out
    return folder


def test_the_reason_is_in_place_of_the_model(folder: Path) -> None:
    assert not_applicable.reason(folder / "static_int8.onnx") == REASON
    assert not_applicable.reason(folder / "dynamic_int8.onnx") is None


def test_there_are_no_logits(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for preset in PRESETS:
        evaluate(
            model=folder / f"{preset}.onnx",
            record=folder / "model.json",
            test_sets={"none/0": folder / "calibration.npy"},
            **INFERENCE[preset],
            logits=folder / f"{preset}.npz",
        )
    assert archives.is_empty(folder / "static_int8.npz")
    assert REASON in capfd.readouterr().out
    assert archives.read_all(folder / "dynamic_int8.npz")["none/0"].shape == (500, models.CLASSES)


def test_nothing_is_measured(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    names = ("float32", *PRESETS)
    inspect(
        float32=folder / "float32.onnx",
        variants=[folder / f"{name}.onnx" for name in names],
        model_record=folder / "model.json",
        inputs=folder / "calibration.npy",
        inference=INFERENCE,
        records=[folder / f"{name}.json" for name in names],
    )
    records = {name: read_json(folder / f"{name}.json") for name in names}
    assert REASON in capfd.readouterr().out
    for name in ("float32", "dynamic_int8"):
        assert (records[name]["status"], records[name]["reason"]) == ("ok", "")
        assert records[name]["speedup_over_float32"] > 0
    refused = records["static_int8"]
    assert set(refused) == set(records["dynamic_int8"])
    assert (refused.pop("status"), refused.pop("reason")) == ("not applicable", REASON)
    assert refused.pop("crc32")
    assert refused.pop("operators") == refused.pop("notes") == ""
    assert set(refused.values()) == {None}
