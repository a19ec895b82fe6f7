"""Each modality is complete, and no code outside of modalities depends on which one it has."""

import json
import re

import numpy as np
import pytest

from quantshift.core import members
from quantshift.core.signature import Feeding
from quantshift.data.modalities import DATASET_FILE, SIDE_FILE
from quantshift.planning import sizes
from quantshift.study import feeding

NAMES = members.names("data/modalities")
FACTS = {"tokens": 50}
SHAPES = {"image": (1, 6, 7), "text": (9,)}


@pytest.mark.parametrize("name", NAMES)
def test_each_modality_has_all_constants_and_functions(name):
    constants = members.constants(f"data/modalities/{name}")
    fed = {"STORED", "FED", "FULL_SCALE"}
    assert fed | {"CHANNEL_AXES", "FACTS", "INPUTS", "SHIFTED", "ENCODED_WITH", "SHOWN", "NATURAL_ORDER"} <= set(
        constants
    )
    functions = {"fault", "split", "read", "shifted", "encoded", "random_inputs"}
    assert functions <= members.functions(f"data/modalities/{name}")
    assert constants["INPUTS"] in ("inputs.npy", "inputs.npz")
    assert {*constants["SHIFTED"], constants["SHOWN"]} <= {constants["INPUTS"], SIDE_FILE}
    assert set(constants["ENCODED_WITH"]) <= {DATASET_FILE}
    assert "shown" in members.functions(f"report/modalities/{name}")


def test_how_stored_inputs_are_fed():
    image, text = feeding("mnist"), feeding("imdb")
    assert image == Feeding("uint8", "float32", 1 / 255)
    assert text == Feeding("int32", "int32", None)
    for fed in (image, text):
        assert Feeding.parse(json.dumps(fed._asdict())) == fed
    assert image.input("pixels", (1, 6, 7)) == {
        "name": "pixels",
        "stored": "uint8",
        "dtype": "float32",
        "shape": [1, 6, 7],
        "preprocessing": {"scale": 1 / 255},
    }
    assert text.input("words", (9,))["preprocessing"] is None


@pytest.mark.parametrize("name", NAMES)
def test_random_inputs_have_the_stored_type_and_shape(name):
    member, random = members.load("data/modalities", name), np.random.default_rng(0)
    inputs = member.random_inputs(5, SHAPES[name], FACTS, random)
    assert (inputs.shape, inputs.dtype) == ((5, *SHAPES[name]), member.STORED)


def test_bytes_of_a_stored_input():
    assert sizes.input_bytes("mnist") == 28 * 28
    assert sizes.input_bytes("imdb") == 200 * 4


def test_no_code_outside_of_the_modalities_depends_on_one(root):
    """Only members name their modality; other code does not contain the name of one."""
    package = root / "src/quantshift"
    files = [*package.rglob("*.py"), *(root / "workflow").rglob("*.smk"), *(root / "workflow/scripts").glob("*.py")]
    files += [file for file in (package / "report/script").glob("*.js") if file.name != "renderers.js"]
    for file in files:
        if "modalities" in file.relative_to(root).parts:
            continue
        for line in file.read_text(encoding="utf-8").splitlines():
            if re.match(r"(MODALITY|TAKES) = ", line):
                continue
            assert not re.search(r"""([!=]=|case) ["'](text|image)["']""", line), f"{file}: {line}"


def test_the_page_shows_the_inputs_of_each_modality(root):
    script = (root / "src/quantshift/report/script/renderers.js").read_text(encoding="utf-8")
    renderers = script[script.index("const RENDERERS = {") :]
    assert {*re.findall(r"^  (\w+): \{", renderers, re.M)} == {*members.names("report/modalities")} > {*NAMES}
