"""The command `quantshift` from a wheel: a model with known disagreements, its decision, and what runs again."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from tests.workflow.project import ROOT

INPUTS, CLASSES, SAMPLES = 130, 8, 1000
# Of the shifted test set: the samples that 8-bit weights answer differently.
DISAGREEMENTS = 50
# Seconds to the first line on the terminal.
FIRST_LINE = 2
# Entries of a folder of packages that the extra `training` brings, and the package itself.
WITHOUT = ("torch", "torchgen", "torchvision", "functorch", "onnxscript", "quantshift", "_editable_impl_quantshift")
# Jobs that depend on all presets.
SUMMARIES = {
    *("inspect", "compare", "detect", "details", "decision", "figure", "run_record", "report_page"),
    *("evaluation_table", "variants_table", "detectors_table", "findings_table", "published_comparison_table"),
    # Its table depends on the variants too, although a given model has no rows there.
    "retraining_table",
}


def model() -> onnx.ModelProto:
    """Return a linear classifier that symmetric 8-bit weights represent exactly, but for one weight that becomes 0.

    All weights are multiples of 1/127 and the largest is 1 in each column. The weight of feature 128 for class 0 is .4
    of such a step.
    """
    weight = np.random.default_rng(0).integers(-127, 128, size=(INPUTS, CLASSES)).astype(np.float32)
    weight[0] = 127
    weight[128:] = 0
    weight[128, 0], weight[129, 1] = 0.4, 1
    graph = helper.make_graph(
        [helper.make_node("Gemm", ["x", "weight"], ["logits"])],
        "linear",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", INPUTS])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", CLASSES])],
        [numpy_helper.from_array(weight / 127, "weight")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def samples(count: int, disagreements: int, seed: int) -> np.ndarray:
    """Return inputs, of which the first ones are class 0 in float32 and class 1 with 8-bit weights."""
    x = np.random.default_rng(seed).normal(size=(count, INPUTS)).astype(np.float32)
    x[:, 128:] = 0
    x[:disagreements] = 0
    x[:disagreements, 128:] = 1.0, 0.2
    return x


@dataclass(frozen=True)
class Done:
    """The result of a call of the command."""

    code: int
    out: str
    err: str
    first_line_after: float


class Command:
    """The command, from an unpacked wheel, in a folder with a user's files; torch is not installed."""

    def __init__(self, folder: Path, python: Path, package: Path) -> None:
        """Store the folder, the Python to use and the folder of the unpacked wheel."""
        self.folder = folder
        self.python = python
        self.environment = {**os.environ, "PYTHONPATH": str(package)}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command."""
        return subprocess.Popen(
            [str(self.python), "-m", "quantshift.command", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *arguments: str) -> Done:
        """Run the command."""
        began = time.monotonic()
        with self.start(*arguments) as process:
            first = process.stderr.readline()
            seconds = time.monotonic() - began
            out, err = process.communicate(timeout=560)
        return Done(process.returncode, out, first + err, seconds)

    def steps(self, *arguments: str) -> dict[str, int]:
        """Return the number of steps of each rule that a check would run."""
        done = self("check", *arguments, "--dry-run", "--json")
        assert done.code == 0, done.err
        counts = json.loads(done.out)
        counts.pop("all", None)
        return counts


CHECK = ("model.onnx", "--data", "test.npz", "--calibration", "calibration.npz", "--shifted", "hard=hard.npz")
ONE = (*CHECK, "--quantizers", "weight_int8")


@pytest.fixture(scope="module")
def command(tmp_path_factory):
    """The command, and the files of a user."""
    pytest.importorskip("hatchling")
    folder = tmp_path_factory.mktemp("own")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "wheel")],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = (folder / "wheel").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    user = folder / "user"
    user.mkdir()
    onnx.save(model(), user / "model.onnx")
    np.savez(user / "calibration.npz", x=samples(100, 0, seed=1))
    np.savez(user / "test.npz", x=samples(SAMPLES, 0, seed=2))
    np.savez(user / "hard.npz", x=samples(SAMPLES, DISAGREEMENTS, seed=3))
    return Command(user, without_training(folder / "environment"), folder / "installed")


def without_training(folder: Path) -> Path:
    """Return the Python of an environment that has all packages of this one but those of the extra `training`."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    for entry in (entry for path in sys.path if path.endswith("site-packages") for entry in Path(path).iterdir()):
        link = packages / entry.name
        if entry.name.partition("-")[0].partition(".")[0] not in WITHOUT and not link.exists():
            link.symlink_to(entry)
    return folder / "bin/python"


@pytest.fixture(scope="module")
def checked(command):
    """The first check, with one preset."""
    done = command("check", *ONE)
    assert done.code in (0, 1, 2), done.err + (command.folder / "quantshift-model/quantshift.log").read_text()
    return done


@pytest.fixture
def copied(command, checked, tmp_path):
    """The name of a copy of the run, next to it, that a test may change."""
    folder = command.folder / tmp_path.name
    shutil.copytree(command.folder / "quantshift-model", folder)
    yield folder
    shutil.rmtree(folder)


def test_the_wheel_has_the_whole_workflow(command):
    listed = subprocess.run(
        ["git", "ls-files", "Snakefile", "workflow", "config", "profiles/default"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    installed = Path(command.environment["PYTHONPATH"]) / "quantshift/_workflow"
    assert {str(file.relative_to(installed)) for file in installed.rglob("*") if file.is_file()} >= {
        *listed.stdout.split()
    }


def test_the_decision_is_the_known_one(command, checked):
    assert checked.code == 1
    decision = json.loads((command.folder / "quantshift-model/results/decision.json").read_text(encoding="utf-8"))
    (variant,) = decision["models"][0]["variants"]
    assert (variant["clean"]["n"], variant["clean"]["rate"]) == (SAMPLES, 0)
    assert variant["shifted"]["rate"] == DISAGREEMENTS / SAMPLES
    assert variant["decision"] == "do not ship"


def test_the_end_states_what_was_understood_and_decided(command, checked):
    folder = command.folder / "quantshift-model"
    (model,) = json.loads((folder / "results/decision.json").read_text(encoding="utf-8"))["models"]
    assert "inputs    x float32 [n, 130]" in checked.out
    assert "answers   logits: " in checked.out
    assert "1,000 inputs, without labels; 1 shifted test set" in checked.out
    assert re.search(r"^weight_int8 +do not ship +0 \(0 to 0\.30\) +5\.0 \(3\.9 to 6\.3\) ", checked.out, re.MULTILINE)
    assert f"do not ship: weight_int8 comes closest: {model['variants'][0]['reasons'][0]}" in checked.out
    assert checked.out.endswith("report: quantshift-model/results/report.html\n")
    assert (folder / "results/report.html").is_file()
    # Snakemake's output is in the log.
    assert "Job stats" not in checked.out + checked.err
    assert "Job stats" in (folder / "quantshift.log").read_text(encoding="utf-8")
    assert re.search(r"^\d+ steps in .* log: quantshift-model/quantshift.log$", checked.err, re.MULTILINE)


def test_the_first_line_comes_soon(checked):
    assert checked.err.startswith("checking model.onnx in quantshift-model\n")
    assert checked.first_line_after < FIRST_LINE


def test_asked_again_nothing_runs(command, checked):
    assert command.steps(*ONE) == {}
    done = command("check", *ONE, "--json")
    assert done.code == 1
    assert "nothing has changed since the last run" in done.err
    file = command.folder / "quantshift-model/results/decision.json"
    assert done.out == file.read_text(encoding="utf-8")


def test_another_preset_runs_its_own_cells(command, checked):
    counts = command.steps(*CHECK, "--quantizers", "weight_int8,float16")
    assert {rule: count for rule, count in counts.items() if rule not in SUMMARIES} == {"quantize": 1, "evaluate": 2}


def test_a_variant_runs_its_own_cells(command, checked):
    """It has other weights, so that it differs from the model's own file; all outputs of the presets stay."""
    other = model()
    other.graph.initializer[0].CopyFrom(numpy_helper.from_array(np.ones((INPUTS, CLASSES), np.float32), "weight"))
    onnx.save(other, command.folder / "theirs.onnx")
    counts = command.steps(*ONE, "--variant", "theirs=theirs.onnx")
    own = {"given_variant": 1, "evaluate": 2, "inspect_variant": 1, "compare_variant": 1, "detect_variant": 1}
    assert {rule: count for rule, count in counts.items() if rule not in SUMMARIES} == own
    assert not set(counts) & {"inspect", "compare", "detect"}


def test_a_variant_of_another_model_is_one_sentence(command, checked, copied):
    graph = helper.make_graph(
        [helper.make_node("Identity", ["image"], ["logits"])],
        "other",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 7])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", 7])],
    )
    opset = helper.make_opsetid("", 17)
    onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), command.folder / "other.onnx")
    done = command("check", *ONE, "--variant", "theirs=other.onnx", "--directory", copied.name)
    assert done.code == 3
    *_, last = done.err.splitlines()
    assert last.startswith(
        "error: other.onnx has the inputs image float32 [n, 7], but the float32 model model.onnx has x"
    )
    assert "Traceback" not in done.err


def test_another_policy_runs_the_decision_and_what_shows_it(command, checked):
    assert command.steps(*ONE, "--accept", "0.2") == {"decision": 1, "run_record": 1, "report_page": 1}


@pytest.mark.parametrize(
    ("policy", "code"),
    [((), 1), (("--on", "clean"), 0), (("--on", "clean", "--accept", "0.002"), 2), (("--confidence", "0.99"), 1)],
)
def test_the_gate_has_the_code_of_its_policy(command, checked, policy, code):
    done = command("gate", "--directory", "quantshift-model", *policy, "--json")
    assert done.code == code, done.err
    assert len(json.loads(done.out)["models"]) == 1


def test_the_report_is_rebuilt_from_the_tables(command, copied):
    (copied / "results/report.html").unlink()
    done = command("report", "--directory", copied.name)
    assert (done.code, done.out) == (0, f"{copied.name}/results/report.html\n"), done.err
    assert (copied / "results/report.html").is_file()


def test_the_report_compares_two_runs(command, copied):
    done = command("report", "--directory", copied.name, "--against", "quantshift-model")
    page = copied / "results/comparison.html"
    assert (done.code, done.out.splitlines()[-1]) == (0, f"{copied.name}/results/comparison.html"), done.err
    assert "The decision on 0 of 1 model changed. 0 inputs newly disagree" in page.read_text(encoding="utf-8")
    (copied / "empty").mkdir()
    done = command("report", "--directory", copied.name, "--against", f"{copied.name}/empty")
    assert done.code == 3
    assert "has no finished run" in done.err


def test_an_edited_config_is_used_and_stays(command, copied):
    file = copied / "quantshift.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("confidence: 0.95", "confidence: 0.9"), encoding="utf-8")
    edited = file.read_bytes()
    done = command("check", *ONE, "--directory", copied.name)
    assert done.code == 3
    assert "decision.confidence is 0.9 there and 0.95 here" in done.err
    assert command.steps("--directory", copied.name) == {"decision": 1, "run_record": 1, "report_page": 1}
    assert file.read_bytes() == edited


def test_a_failed_step_names_its_log(command, copied):
    quantized = copied / "results/models/data/model/given/0/weight_int8.onnx"
    content, times = quantized.read_bytes(), quantized.stat()
    quantized.write_bytes(content[: len(content) // 2])
    os.utime(quantized, ns=(times.st_atime_ns, times.st_mtime_ns))
    # Snakemake recreates a missing file only if something that is missing needs it.
    for folder in ("comparisons", "tables"):
        shutil.rmtree(copied / "results" / folder)
    (copied / "results/logits/data/model/given/0/weight_int8/clean.npz").unlink()
    done = command("check", "--directory", copied.name)
    assert done.code == 4
    assert "error: the step evaluate failed: " in done.err
    assert "weight_int8.onnx is not an ONNX model as it was written" in done.err
    assert f"{copied.name}/results/logs/evaluate/data/model/given/0/weight_int8/clean.log" in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("content", "message"), [(b"no model", "error: broken.onnx is not an ONNX model"), (b"", "error: broken.onnx is")]
)
def test_a_broken_model_is_one_sentence(command, content, message):
    (command.folder / "broken.onnx").write_bytes(content)
    done = command("check", "broken.onnx", *ONE[1:])
    assert done.code == 3
    assert not done.out
    *_, last = done.err.splitlines()
    assert last.startswith(message)
    assert "Traceback" not in done.err


def test_a_number_that_is_not_finite_is_one_sentence(command, checked, copied):
    x = samples(SAMPLES, 0, seed=3)
    x[700, 4] = np.nan
    np.savez(command.folder / "wrong.npz", x=x)
    done = command("check", *CHECK[:-1], "hard=wrong.npz", "--quantizers", "weight_int8", "--directory", copied.name)
    assert (done.code, done.out) == (3, "")
    *_, last = done.err.splitlines()
    assert last == (
        "error: the shifted set hard: 'wrong.npz, row 700' (counted from 0) has nan in the input 'x', for which "
        "float32 gives numbers that are infinite or not a number; expected a finite number: fill it in as for the "
        "model's training, or leave this sample out"
    )


def test_ctrl_c_leaves_nothing_half_written(command):
    folder = command.folder / "interrupted"
    with command.start("check", *ONE, "--directory", folder.name) as process:
        deadline = time.monotonic() + 120
        # The data are read after the model.
        while time.monotonic() < deadline and not (folder / "results/datasets/data/feeding.json").exists():
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.endswith("interrupted: run the same command again to continue\n")
    unfinished = [file for file in (folder / "results").rglob("*") if re.match(r"\.[0-9a-f]{8}\.", file.name)]
    assert unfinished == []
    # The folder is not locked, and what is finished does not run again.
    counts = command.steps(*ONE, "--directory", folder.name)
    assert "given_model" not in counts
    assert counts["report_page"] == 1


def test_a_study_that_trains_asks_for_the_extra(command):
    done = command("study", "--cores", "1")
    assert done.code == 3
    assert "training needs torch, which is not installed; install it (pip install 'quantshift[training]')" in done.err
