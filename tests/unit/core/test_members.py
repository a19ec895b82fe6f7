"""Members are looked up by file name, and their constants are read without running them."""

import pytest

from quantshift.core import members

HEAVY = ("numpy", "torch", "onnx", "onnxruntime", "pandas", "scipy", "cv2", "sklearn", "matplotlib")


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("architectures", {"lenet1", "lenet5", "nin", "resnet20", "densenet121", "resnet50", "lstm", "gru"}),
        ("training/methods", {"standard", "continued", "qat", "adversarial", "mixup"}),
        ("quantizers/schemes", {"static", "dynamic", "weight_only", "float16"}),
        ("fetching/artifacts", {"mnist", "mnist_c"}),
        ("figures", {"heat_map", "clean_and_shifted", "published"}),
    ],
)
def test_names_are_those_of_the_files(folder, expected):
    names = members.names(folder)
    assert expected <= set(names)
    assert list(names) == sorted(names)
    assert "__init__" not in names


def test_a_missing_folder_has_no_members():
    assert members.names("shifts/nothing") == ()


def test_mnist_c_has_sixteen_shifts():
    assert len(members.names("shifts/mnist_c")) == 16


@pytest.mark.parametrize(
    "member",
    [
        f"{folder}/{name}"
        for folder in ("architectures", "quantizers/schemes", "shifts/mnist_c", "shifts/digits", "figures")
        for name in members.names(folder)
    ],
)
def test_constants_are_those_of_the_imported_module(member):
    folder, _, name = member.rpartition("/")
    module = members.load(folder, name)
    constants = members.constants(member)
    assert constants or folder == "shifts/mnist_c"  # a shift may have no constants
    for constant, value in constants.items():
        assert getattr(module, constant) == value


def test_values_that_are_not_literals_are_omitted():
    constants = members.constants("quantizers/schemes/dynamic")
    assert "OPTIONS" in constants
    assert "TYPES" not in constants


def test_annotated_constants_are_included():
    assert members.constants("quantizers/schemes/float16")["OPTIONS"] == {}
    assert members.constants("training/methods/standard")["SETTINGS"] == {}


def test_functions_distinguish_shifted_copies_from_other_data():
    assert "apply" in members.functions("shifts/mnist_c/fog")
    assert "apply" not in members.functions("shifts/digits/digits")
    assert "load" in members.functions("shifts/digits/digits")


def test_reading_members_in_the_snakefile_loads_no_library(python):
    program = f"""
import sys
from quantshift.core import dataset_facts, members
from quantshift.jobs import code_digest
from quantshift import study
from quantshift.configuration import check
for folder in ("architectures", "datasets", "shifts/mnist_c", "training/methods", "quantizers/schemes", "figures"):
    for name in members.names(folder):
        members.constants(folder + "/" + name), members.functions(folder + "/" + name)
code_digest.code("workflow/scripts/train.py", ["architectures/lenet5", "training/methods/qat", "datasets/mnist.toml"])
for name in members.names("datasets"):
    dataset_facts.facts_of(name)
print(sorted(set({HEAVY!r}).intersection(sys.modules)))
"""
    assert python(program).stdout.strip() == "[]"


def test_a_member_is_loaded_by_its_name():
    assert members.load("shifts/mnist_c", "fog").__name__ == "quantshift.shifts.mnist_c.fog"


@pytest.mark.parametrize("name", ["frog", "__init__", "", "../severity"])
def test_no_other_module_is_loaded(name):
    with pytest.raises(ValueError, match=f"no member '{name}' in shifts/mnist_c"):
        members.load("shifts/mnist_c", name)


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("lenet6", ["lenet1", "lenet5"], "did you mean 'lenet"),
        ("method", ["datasets", "methods"], "did you mean 'methods'? known: datasets, methods"),
        ("zzz", ["lenet1", "lenet5"], "known: lenet1, lenet5"),
        ("anything", [], "known: none"),
        (3, ["lenet1"], "known: lenet1"),
    ],
)
def test_hints(word, known, expected):
    assert members.hint(word, known).startswith(expected)


def test_keys_are_read_without_running_the_values(tmp_path, monkeypatch):
    (tmp_path / "any.py").write_text(
        'from nowhere import Thing\nORIGINS: dict = {"file": Thing(1), "home": Thing(2)}\nX = 1\n'
    )
    monkeypatch.setattr(members, "PACKAGE", tmp_path)
    assert members.keys("any", "ORIGINS") == ("file", "home")
    assert members.keys("any", "X") == ()


def test_the_origins_of_mnist():
    assert members.keys("fetching/artifacts/mnist", "ORIGINS") == ("file", "package", "home")
