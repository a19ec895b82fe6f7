"""`quantshift guard`: what it writes, when it writes nothing, and its exit codes."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper
from tests import guarded_run

from quantshift.command.main import main
from quantshift.storage import archives
from quantshift.storage.checksums import ONNX
from quantshift.storage.records import write_record

GIVEN = "data/net/given/0"
ACCEPT = ("--accept", "0.01")
FEW = "give more test inputs to quantshift check, accept more (--accept), or state a lower --confidence"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run whose guard works."""
    return guarded_run.store(tmp_path_factory.mktemp("run"))


def called(capsys, folder, *arguments):
    """Return the exit code, and what is printed to stdout and stderr."""
    code = main(["guard", "--directory", str(folder), *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_file_keeps_its_promise_and_the_record_and_page_are_next_to_it(run, capsys, tmp_path):
    output = tmp_path / "guarded.onnx"
    code, out, _ = called(capsys, run, *ACCEPT, "--output", str(output))
    assert code == 0, out
    assert sorted(file.name for file in tmp_path.iterdir()) == ["guarded.html", "guarded.json", "guarded.onnx"]
    record = json.loads(output.with_suffix(".json").read_text(encoding="utf-8"))
    assert record["outcome"] == "written"
    assert record["check"]["high"] <= 0.01
    assert record["speedup_over_float32"] > 1.1
    results = run / "results"
    test = np.load(results / "datasets/data/test/inputs.npy")
    session = onnxruntime.InferenceSession(output, providers=["CPUExecutionProvider"])
    logits, mask = session.run(None, {"x": test})
    float32, rough = (
        archives.read_all(results / "logits" / guarded_run.MODEL / variant / "clean.npz")["none/0"]
        for variant in ("float32", guarded_run.VARIANT)
    )
    differ = logits.argmax(1) != float32.argmax(1)
    assert differ.sum() == record["check"]["disagreements"]
    assert differ.sum() < (rough.argmax(1) != float32.argmax(1)).sum()
    assert mask.mean() == pytest.approx(record["sent"])
    clean, shifted = record["test_sets"]
    assert clean["promise"] == "held"
    assert (shifted["suite"], shifted["shift"], shifted["severity"]) == ("noise", "small", 3)
    page = output.with_suffix(".html").read_text(encoding="utf-8")
    assert "noise/small/3" in page
    assert f">{shifted['promise']}</span>" in page
    assert f"file: {output}\npage: {tmp_path / 'guarded.html'}\n" in out


def test_the_record_is_printed_as_json(run, capsys, tmp_path):
    code, out, err = called(capsys, run, *ACCEPT, "--output", str(tmp_path / "g.onnx"), "--json")
    assert code == 0
    assert out == (tmp_path / "g.json").read_text(encoding="utf-8") + "\n"
    assert "checking the promise of rough" in err


def test_too_few_inputs_cannot_tell_and_write_nothing(run, capsys, tmp_path):
    code, out, _ = called(capsys, run, "--accept", "0.001", "--output", str(tmp_path / "g.onnx"))
    assert code == 2
    assert out.startswith(
        "cannot tell whether a guard would keep the promise that at most 0.1 % of answers differ from float32’s, with "
        "95 % confidence, so none is written: rough: too few test inputs: 0.1 % with 95 % confidence needs 2,995 "
        "independent inputs without a disagreement"
    )
    assert out.endswith("; what to do: " + FEW + "\n")
    assert list(tmp_path.iterdir()) == []


def test_without_test_inputs_it_cannot_tell(capsys, tmp_path):
    folder = guarded_run.store(tmp_path, test=0, validation=0)
    code, out, err = called(capsys, folder, *ACCEPT)
    assert code == 2
    assert "needs 299 independent inputs without a disagreement, but the check has 0 inputs" in out
    assert err == "choosing thresholds of rough\nchecking the promise of rough\n"


def test_a_variant_that_needs_no_guard_gets_none(run, capsys, tmp_path):
    code, out, _ = called(capsys, run, "--accept", "0.5", "--output", str(tmp_path / "g.onnx"))
    assert code == 1
    assert out.startswith("no guard is written for the promise that at most 50 % of answers differ")
    assert "rough: it keeps the promise without a guard" in out
    assert out.endswith("; what to do: ship it alone\n")
    assert list(tmp_path.iterdir()) == []


def test_a_guard_that_is_not_faster_is_not_written(capsys, tmp_path):
    folder = guarded_run.store(tmp_path / "slow", work=0)
    code, out, _ = called(capsys, folder, *ACCEPT)
    assert code == 1
    assert "× float32’s speed (1.10 × needed)" in out
    assert "; what to do: accept more (--accept), so that float32 answers fewer rows, or a lower speed (--speed" in out
    assert not (folder / "guard.onnx").exists()
    code, out, _ = called(capsys, folder, *ACCEPT, "--speedup", "0")
    assert code == 0
    assert (folder / "guard.onnx").exists()
    page = (folder / "guard.html").read_text(encoding="utf-8")
    if json.loads((folder / "guard.json").read_text(encoding="utf-8"))["speedup_over_float32"] < 0.99:
        assert out.count("it is slower than float32, at ") == 2
        assert page.count("it is slower than float32, at ") == 2


def test_a_guard_that_answers_otherwise_than_the_run_is_not_written(capsys, tmp_path):
    folder = guarded_run.store(tmp_path / "other")
    file = folder / "results/models" / guarded_run.MODEL / "rough.onnx"
    model = guarded_run.network(guarded_run.weight(9))
    file.write_bytes(model.SerializeToString())
    ONNX.append(file, file)
    code, out, _ = called(capsys, folder, *ACCEPT)
    assert code == 1
    assert "rows differ from those of the run" in out


def test_a_model_that_answers_with_labels_has_no_guard(capsys, tmp_path):
    folder = guarded_run.store(tmp_path / "labels", output={"name": "logits", "kind": "label", "classes": 4})
    code, out, _ = called(capsys, folder, *ACCEPT)
    assert code == 1
    assert "labels alone" in out
    assert "what to do: check an output with logits, probabilities or a score" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--variant", "none"], "has no applicable variant 'none': expected one of rough"),
        (["--model", "none"], "has no model 'none': choose one of data/net/standard/0"),
        (["--output", "guard.txt"], "--output guard.txt: expected the name of an ONNX file"),
        (["--accept", "0"], "0.0 is not in the range 0<x<1"),
        (["--directory", "nowhere"], "nowhere has no finished run"),
    ],
)
def test_wrong_input_is_one_sentence(run, capsys, arguments, message):
    code, out, err = called(capsys, run, *ACCEPT, *arguments)
    assert (code, out) == (3, "")
    *_, last = err.splitlines()
    assert last.startswith("error: ")
    assert message in last


def test_one_of_several_models_must_be_named(capsys, tmp_path):
    for model in (guarded_run.MODEL, "data/other/standard/0", "data/other/standard.control/0"):
        guarded_run.store(tmp_path, model=model)
    code, _, err = called(capsys, tmp_path, *ACCEPT)
    assert code == 3
    # A retrained model may have learned test inputs.
    assert "has the models data/net/standard/0, data/other/standard/0: name one with --model" in err
    assert called(capsys, tmp_path, *ACCEPT, "--model", "other")[0] == 0


def test_a_users_file_that_was_replaced_since_the_run_is_rejected(capsys, tmp_path):
    folder = guarded_run.store(tmp_path, model=GIVEN, own=guarded_run.network(guarded_run.weight()))
    assert called(capsys, folder, *ACCEPT)[0] == 0
    (folder / "guard.onnx").unlink()
    onnx.save(guarded_run.network(guarded_run.weight(1)), folder / "net.onnx")
    code, out, err = called(capsys, folder, *ACCEPT)
    assert (code, out) == (3, "")
    assert err.splitlines()[-1].startswith(f"error: {folder / 'net.onnx'} was changed since the last run")
    assert err.endswith("run quantshift check again\n")
    assert not (folder / "guard.onnx").exists()


@pytest.mark.parametrize("present", [True, False])
def test_an_input_with_a_constant_value_is_named(capsys, tmp_path, present):
    own = guarded_run.network(guarded_run.weight())
    own.graph.node[-1].CopyFrom(helper.make_node("Add", ["first", "bias_in"], ["logits"]))
    own.graph.input.append(helper.make_tensor_value_info("bias_in", TensorProto.FLOAT, [4]))
    folder = guarded_run.store(tmp_path, model=GIVEN, own=own, constants={"bias_in": 0.0})
    if not present:
        (folder / "net.onnx").unlink()
    code, out, _ = called(capsys, folder, *ACCEPT)
    assert code == 0
    assert "  note       the input bias_in is part of the file, with the value of the check\n" in out
    session = onnxruntime.InferenceSession(folder / "guard.onnx", providers=["CPUExecutionProvider"])
    assert [item.name for item in session.get_inputs()] == ["x"]


def test_files_of_an_earlier_call_are_removed_if_there_is_no_guard(run, capsys, tmp_path):
    output = tmp_path / "g.onnx"
    assert called(capsys, run, *ACCEPT, "--output", str(output))[0] == 0
    assert called(capsys, run, *ACCEPT, "--output", str(output))[0] == 0
    (tmp_path / "g.txt").write_text("notes")
    code, out, err = called(capsys, run, "--accept", "0.001", "--output", str(output), "--json")
    assert code == 2
    assert json.loads(out)["outcome"] == "cannot tell"
    assert f"removed from an earlier call: {output}, {tmp_path / 'g.json'}, {tmp_path / 'g.html'}\n" in err
    assert [file.name for file in tmp_path.iterdir()] == ["g.txt"]


@pytest.mark.parametrize("suffix", [".onnx", ".json", ".html"])
@pytest.mark.parametrize("accept", ["0.01", "0.001"])
def test_a_users_file_is_neither_removed_nor_replaced(run, capsys, tmp_path, suffix, accept):
    own = {
        ".onnx": guarded_run.network(guarded_run.weight()).SerializeToString(),
        ".json": b'{"file": "g.onnx"}',
        ".html": b"<title>Guard</title>",
    }
    file = tmp_path / f"g{suffix}"
    file.write_bytes(own[suffix])
    code, out, err = called(capsys, run, "--accept", accept, "--output", str(tmp_path / "g.onnx"))
    assert (code, out) == (3, "")
    assert err == (
        f"error: {file} exists, and quantshift guard has not written it: choose another name with --output\n"
    )
    assert file.read_bytes() == own[suffix]
    assert list(tmp_path.iterdir()) == [file]


def test_variants_and_models_of_earlier_runs_are_not_used(capsys, tmp_path):
    """A check again in the same folder leaves the files of variants and models that it does not have."""
    folder = guarded_run.store(tmp_path, model="data/other/standard/0")
    (folder / "results/decision.json").unlink()
    guarded_run.store(tmp_path)
    for name in ("inspections/{}.json", "models/{}.onnx", "logits/{}/clean.npz"):
        rough, theirs = (
            folder / "results" / name.format(f"data/net/standard/0/{variant}")
            for variant in (guarded_run.VARIANT, "theirs")
        )
        theirs.parent.mkdir(exist_ok=True)
        theirs.write_bytes(rough.read_bytes())
    inspection = json.loads((folder / "results/inspections/data/net/standard/0/rough.json").read_text("utf-8"))
    del inspection["crc32"]
    write_record(folder / "results/inspections/data/net/standard/0/theirs.json", inspection)
    code, out, err = called(capsys, folder, *ACCEPT, "--variant", "theirs")
    assert (code, out) == (3, "")
    assert "the variant 'theirs' of data/net/standard/0 is not part of the last run" in err
    code, _, err = called(capsys, folder, *ACCEPT, "--model", "other")
    assert code == 3
    assert "the model 'other'" in err
    assert "is not part of the last run, but of an earlier one: choose one of data/net/standard/0" in err
    code, _, err = called(capsys, folder, *ACCEPT)
    assert code == 0
    assert "theirs" not in err


def test_a_seed_of_an_earlier_run_is_not_used(capsys, tmp_path):
    folder = guarded_run.store(tmp_path, model="data/net/standard/1")
    (folder / "results/decision.json").unlink()
    guarded_run.store(tmp_path)
    code, _, err = called(capsys, folder, *ACCEPT, "--model", "data/net/standard/1")
    assert code == 3
    assert "is not part of the last run" in err


def test_a_damaged_file_is_reported(capsys, tmp_path):
    folder = guarded_run.store(tmp_path)
    file = folder / "results/models" / guarded_run.MODEL / "rough.onnx"
    file.write_bytes(file.read_bytes()[:-30])
    code, _, err = called(capsys, folder, *ACCEPT)
    assert code == 3
    assert "rough.onnx is not an ONNX model as it was written" in err
    assert "Traceback" not in err


def test_the_model_has_the_promise_in_its_metadata(run, capsys, tmp_path):
    called(capsys, run, *ACCEPT, "--output", str(tmp_path / "g.onnx"))
    model = onnx.load(tmp_path / "g.onnx")
    (entry,) = model.metadata_props
    stated = json.loads(entry.value)
    assert (stated["accept"], stated["confidence"], stated["variant"]) == (0.01, 0.95, "rough")
    (threshold,) = [item for item in model.graph.initializer if item.name == "guard/threshold"]
    assert float(numpy_helper.to_array(threshold)) == stated["threshold"]
