"""The options of `quantshift check` become a valid config, and wrong ones are one sentence and exit code 3."""

import ast
import re

import pytest
import yaml

from quantshift.command import config_file
from quantshift.command.check import check
from quantshift.command.config import Given, config_of, default_presets, overridden, stored_path
from quantshift.command.main import main
from quantshift.command.settings import POLICY, SETTINGS, in_terms_of_options
from quantshift.configuration.check import check as check_config
from quantshift.configuration.model.config import Configuration
from quantshift.configuration.user_files import CONFIG_FILE
from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.image_options import ImageOptions
from quantshift.planning.given import memory
from quantshift.study import Study

ALL = {
    "--labels": "l.npy",
    "--groups": "g.npy",
    "--names": "n.txt",
    "--calibration": "c.npz",
    "--calibration-samples": "50",
    "--output": "logits",
    "--answers": "score",
    "--threshold": "0.3",
    "--quantizers": "float16,weight_int8",
    "--batch-size": "8",
    "--accept": "0.02",
    "--on": "worst",
    "--shifts": "auto",
    "--shift-limit": "50",
    "--confidence": "0.9",
    "--gain": "either",
    "--min-quantized": "0.5",
    "--every-class": "false",
    "--min-kappa": "0.1",
    "--values": "imagenet",
    "--scale": "0.5",
    "--mean": "0.5,0.4,0.3",
    "--std": "1,1,1",
    "--size": "224x192",
    "--fit": "crop",
    "--shorter": "256",
    "--layout": "NHWC",
    "--channels": "BGR",
    "--tokenizer": "t.json",
    "--length": "64",
    "--column": "review",
    "--columns": "a,b",
}


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Empty files of the user, in the current folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("my net.onnx", "t.npz", "l.npy", "g.npy", "n.txt", "c.npz", "t.json", "noisy.npz", "int8.onnx"):
        (tmp_path / name).touch()
    return tmp_path


def parsed(*arguments):
    """Return the values that click gets from a command line."""
    return check.make_context("check", [*arguments]).params


def built(files, default_config, *arguments):
    values = parsed("my net.onnx", "--data", "t.npz", *arguments)
    given = Given(dict(values["shifted"]), values["paired"], dict(values["constant"]), dict(values["variants"]))
    return config_of(values["model"], files / "run", values, given, default_config)


def test_the_least_options_give_a_valid_config(files, default_config, monkeypatch):
    config = built(files, default_config)
    assert config["models"] == {"my_net": {"file": "../my net.onnx", "data": "data"}}
    assert config["data"] == {"data": {"test": {"file": "../t.npz"}}}
    assert config["study"]["datasets"] == []
    # What the defaults are is stated, so that the file stays the same with another version of them.
    assert config["decision"] == default_config["decision"]
    assert config["study"]["quantizers"] == [*default_config["study"]["quantizers"], "static_int8_search"]
    # Its relative paths start in the folder of the run, and it needs no shifted test set.
    (files / "run").mkdir()
    monkeypatch.chdir(files / "run")
    merged = overridden(default_config, config)
    check_config(merged, fetching=True)
    assert Study(merged).suites("data") == ["clean"]
    assert memory(Study(merged), "data") > 0


def test_each_option_is_a_key_of_the_config(files, default_config):
    words = [word for pair in ALL.items() for word in pair]
    config = built(files, default_config, *words, "--shifted", "noisy=noisy.npz", "--paired")
    check_config(overridden(default_config, config), fetching=False)
    assert set(ALL) | {"--data"} == {setting.option for setting in SETTINGS}
    assert config["models"]["my_net"] | {"file": ""} == {
        "file": "",
        "data": "data",
        "output": "logits",
        "answers": "score",
        "threshold": 0.3,
    }
    data = config["data"]["data"]
    assert data["test"] == {"file": "../t.npz", "labels": "../l.npy", "groups": "../g.npy"}
    assert data["calibration"] == {"file": "../c.npz"}
    assert data["shifted"] == {"noisy": {"file": "../noisy.npz", "paired": True}}
    assert data["images"]["size"] == [224, 192]
    assert data["images"]["mean"] == [0.5, 0.4, 0.3]
    assert data["texts"] == {"tokenizer": "../t.json", "length": 64, "column": "review"}
    assert data["table"] == {"columns": ["a", "b"]}
    assert config["study"]["quantizers"] == ["float16", "weight_int8"]
    assert config["inference"] == {"batch_size": 8}
    assert config["decision"] == {
        "accept": 0.02,
        "test_sets": "worst",
        "confidence": 0.9,
        "gain": "either",
        "min_quantized": 0.5,
        "every_class": False,
        "min_kappa": 0.1,
    }


def test_constants_are_numbers_or_files(files, default_config):
    words = ["--constant", "dropout_ratio=0.1", "--constant", "length=128", "--constant", "a/b=c:0=t.npz"]
    config = built(files, default_config, *words)
    check_config(overridden(default_config, config), fetching=False)
    model = config["models"]["my_net"]
    assert model["constants"] == {"dropout_ratio": 0.1, "length": 128}
    assert isinstance(model["constants"]["length"], int)
    assert model["constant_files"] == {"a/b=c:0": "../t.npz"}


def test_variants_are_files_of_the_model(files, default_config):
    config = built(files, default_config, "--variant", "theirs=int8.onnx", "--quantizers", "none")
    assert config["models"]["my_net"]["variants"] == {"theirs": "../int8.onnx"}
    assert config["study"]["quantizers"] == []
    merged = overridden(default_config, config)
    check_config(merged, fetching=False)
    study = Study(merged)
    assert [study.variants_of(model) for model in study.models] == [["float32", "theirs"]]
    # With presets, it is one more.
    merged = overridden(default_config, built(files, default_config, "--variant", "theirs=int8.onnx"))
    assert Study(merged).variants_of(study.models[0])[-2:] == [merged["study"]["quantizers"][-1], "theirs"]


def test_dynamic_quantization_is_measured_at_the_batch_of_the_deployment(files, default_config):
    single, batched = (
        overridden(default_config, built(files, default_config, "--batch-size", size)) for size in ("1", "8")
    )
    assert "dynamic_int8_batched" not in single["study"]["quantizers"]
    assert batched["study"]["quantizers"] == [*single["study"]["quantizers"], "dynamic_int8_batched"]
    study = Study(batched)
    sizes = {name: study.inference(name)["batch_size"] for name in ("float32", "dynamic_int8", "dynamic_int8_batched")}
    assert sizes == {"float32": 8, "dynamic_int8": 1, "dynamic_int8_batched": 8}
    # The file is the same.
    assert study.preset("dynamic_int8") == study.preset("dynamic_int8_batched")


def test_the_choices_are_those_of_the_config():
    schema = Configuration.model_json_schema()["$defs"]
    sections = {"models": "Model", "decision": "Decision", "images": "Images", "texts": "Texts", "table": "Table"}
    for setting in SETTINGS:
        *_, section, key = ["", *setting.key.replace(".*", "").split(".")]
        if choices := getattr(setting.kind, "choices", None):
            assert list(choices) == schema[sections[section]]["properties"][key]["enum"], setting.option


def test_help_states_the_defaults_of_the_config(default_config):
    for setting in POLICY:
        value = default_config["decision"][setting.key.removeprefix("decision.")]
        shown = str(value).lower() if isinstance(value, bool) else value
        assert setting.help.endswith(f"[default: {shown}]"), setting.option
    assert len(default_presets(default_config, None)) == 6  # as the help of --quantizers states
    assert default_config["inference"]["batch_size"] == 64  # as that of --batch-size states


def test_paths_next_to_the_run_are_relative_and_others_absolute(tmp_path):
    run = tmp_path / "project/run"
    assert stored_path(tmp_path / "project/data/t.npz", run) == "../data/t.npz"
    assert stored_path(run / "t.npz", run) == "t.npz"
    assert stored_path(tmp_path / "t.npz", run) == str(tmp_path / "t.npz")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Name a MODEL, an ONNX file, or with --directory the folder of an earlier check."),
        (["my net.onnx", "--data", "t.npz", "--constant", "ids=none.npy"], "'none.npy' is neither a number nor a file"),
        (["my net.onnx", "--data", "t.npz", "--constant", "ids"], "expected a name and a number or a file"),
        (
            ["my net.onnx", "--data", "t.npz", "--shift-limit", "5"],
            "--shift-limit applies only to corruptions: add --shifts",
        ),
        (["my net.onnx"], "--data is missing: name the test set"),
        (["none.onnx", "--data", "t.npz"], "File 'none.onnx' does not exist"),
        (["my net.onnx", "--data", "none.npz"], "Invalid value for '--data': Path 'none.npz' does not exist"),
        (["my net.onnx", "--data", "t.npz", "--accept", "2"], "2.0 is not in the range 0<=x<=1"),
        (["my net.onnx", "--data", "t.npz", "--accpt", "2"], "No such option"),
        (["my net.onnx", "--data", "t.npz", "--size", "224"], "expected height and width, such as 224x224"),
        (["my net.onnx", "--data", "t.npz", "--mean", "a,b"], "expected numbers that are separated by commas"),
        (["my net.onnx", "--data", "t.npz", "--shifted", "noisy.npz"], "expected a name and a file"),
        (["my net.onnx", "--data", "t.npz", "--shifted", "a=b.npz"], "there is no file 'b.npz'"),
        (["my net.onnx", "--data", "t.npz", *["--shifted", "a=t.npz"] * 2], "--shifted has the name a twice"),
        (
            ["my net.onnx", "--data", "t.npz", "--variant", "static_int8=int8.onnx"],
            "--variant static_int8: quantizers has a preset of this name; choose another name",
        ),
        (
            ["my net.onnx", "--data", "t.npz", "--variant", "float32=int8.onnx"],
            "--variant float32: float32 is the model",
        ),
        (["my net.onnx", "--data", "t.npz", "--variant", "a=my net.onnx"], "is the model itself, so nothing in it is"),
        (["my net.onnx", "--data", "t.npz", *["--variant", "a=int8.onnx"] * 2], "--variant has the name a twice"),
        (["my net.onnx", "--data", "t.npz", "--variant", "int8.onnx"], "such as theirs=int8.onnx"),
        (["my net.onnx", "--data", "t.npz", "--variant", "a=."], "this is a folder, expected an ONNX file"),
        (["my net.onnx", "--data", "t.npz", "--quantizers", "none"], "expected a preset, or a quantized file"),
        (["--variant", "a=int8.onnx", "--directory", "run"], "--variant needs a MODEL"),
        (["my net.onnx", "--data", "t.npz", "--paired"], "--paired is about shifted test sets"),
        (["my net.onnx", "--data", "t.npz", "--length", "9"], "--tokenizer and --length belong together"),
        (["my net.onnx", "--data", "t.npz", "--column", "x"], "--column is about texts"),
        (["--accept", "0.1", "--directory", "run"], "--accept needs a MODEL"),
        (["--directory", "run"], "run has no quantshift.yaml: name the model to check"),
        (["my net.onnx", "--data", "t.npz", "--quantizers", "static_int9"], "did you mean 'static_int8'?"),
        (["my net.onnx", "--data", "t.npz", "--shifted", "A B=t.npz"], "the name 'A B': expected lower-case"),
    ],
)
def test_a_wrong_option_is_one_sentence(files, capsys, arguments, message):
    assert main(["check", *arguments]) == 3
    out, err = capsys.readouterr()
    assert not out
    assert message in err
    assert "Traceback" not in err
    assert [line.startswith("error: ") for line in err.splitlines() if not line.startswith("checking ")] == [True]
    # Nothing was written.
    assert not [path for path in files.iterdir() if path.is_dir()]


def test_messages_name_options_instead_of_keys():
    assert in_terms_of_options('decision.accept = 2: expected 1\nmodels.net.file = "x": y') == (
        '--accept = 2: expected 1\nmodels.net.file = "x": y'
    )
    assert in_terms_of_options("data.data.images.size[0] = 0: expected 1").startswith("--size")


def test_results_of_another_run_are_not_overwritten(files, capsys):
    (files / "run/results").mkdir(parents=True)
    (files / "run/results/run.json").write_text("{}", encoding="utf-8")
    assert main(["check", "my net.onnx", "--data", "t.npz", "--directory", "run"]) == 3
    assert "run has the results of another run" in capsys.readouterr().err
    assert not (files / "run" / CONFIG_FILE).exists()


def test_the_file_has_the_values_of_the_config(files, default_config, tmp_path):
    config = built(files, default_config, "--values", "0..1", "--names", "n.txt")
    text = config_file.rendered(config)
    assert yaml.safe_load(text) == config
    assert re.search(r"quantshift check --directory \.", text)


# The modules whose errors about the user's files reach the terminal.
SPEAKING = (
    *("data/readers/*.py", "data/corruptions/*.py", "data/given_*.py", "data/places.py"),
    *("models/given/*.py", "runtime/own_data.py"),
)


def messages(root):
    """Return the texts of all strings in the modules, without their docstrings."""
    for pattern in SPEAKING:
        for file in sorted((root / "src/quantshift").glob(pattern)):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
            yield from (text for text in texts if isinstance(text, str) and '"""' + text not in file.read_text())


def test_messages_name_options_and_keys_that_exist(root):
    """A message that names an option or a key by a word that does not exist helps nobody."""
    texts = list(messages(root))
    options = {option for text in texts for option in re.findall(r"--[a-z][a-z-]*", text)}
    assert options >= {"--values", "--names", "--paired", "--size", "--constant", "--calibration", "--shifts"}
    assert options <= {name for parameter in check.params for name in parameter.opts}
    schema = (root / "workflow/schemas/config.schema.json").read_text(encoding="utf-8")
    keys = {key for text in texts for key in re.findall(r"(?:\(|or )([a-z_.]+)(?:: \S+)? in the config", text)}
    assert keys >= {"images.values", "names", "table.missing", "paired"}
    assert {part for key in keys for part in key.split(".") if f'"{part}": {{' not in schema} == set()


@pytest.mark.parametrize(
    ("size", "shape", "fits"),
    [
        ((8, 6), (3, 8, 6), True),
        ((8, 8), (3, 8, 6), False),
        ((8, 8), (8, None, 3), True),
        ((9, 8), (8, None, 3), False),
    ],
)
def test_a_size_for_a_model_with_another_size_is_rejected(size, shape, fits):
    options = ImageOptions(values="0..1", size=size)
    if fits:
        assert options.for_shape(shape).size == size
        return
    with pytest.raises(
        QuantshiftError, match=r"but the model takes images of 8 x (6|any) .*: leave the size out \(--size"
    ):
        options.for_shape(shape)
