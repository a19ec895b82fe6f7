"""The file of decisions is complete, round-trips, and is rejected if damaged."""

import json

import pytest
from tests.decision_cases import cases
from tests.unit.decision.test_decide import candidate

from quantshift.core.errors import QuantshiftError
from quantshift.decision.not_applicable import NotApplicable
from quantshift.decision.policy import Policy
from quantshift.decision.record import read, record, write

CASE = next(case for case in cases() if case.name.startswith("models come in the order"))
# A file groups the variants of a model.
CANDIDATES = [candidate(CASE.candidates[index]) for index in (0, 2, 1, 3)]
REFUSED = {"name": "static_int8", "reason": "nothing would be quantized"}
MODEL = {"dataset": "emoji", "architecture": "lenet5", "method": "standard"}
# A model without an applicable variant, and a variant of another model that is not applicable.
ENTRIES = [
    *CANDIDATES[:2],
    NotApplicable(**MODEL | {"architecture": "lenet1"}, **REFUSED),
    *CANDIDATES[2:],
    NotApplicable(**MODEL, **REFUSED),
]
POLICY = Policy(**CASE.policy)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "results/decision.json"
    write(path, ENTRIES, POLICY)
    return path


def test_the_file_has_the_decisions_and_the_measurements():
    content = record(CANDIDATES, POLICY)
    assert content["policy"] == CASE.policy
    assert content["counts"] == {"ship": 3, "do not ship": 0, "cannot tell": 0}
    first = content["models"][0]
    assert (first["method"], first["decision"], first["variant"]) == ("qat", "ship", "portable")
    assert [variant["decision"] for variant in first["variants"]] == ["do not ship", "ship"]
    assert first["variants"][0]["shifted"]["high"] == 0.03
    assert not {"dataset", "float32"} & set(first["variants"][0])
    assert [variant["status"] for variant in first["variants"]] == ["ok", "ok"]
    assert first["float32"]["classes_answered"] == 10


def test_each_decision_states_what_it_is_about():
    for model in record(CANDIDATES, POLICY)["models"]:
        assert model["model"] == f"{model['dataset']}/lenet5/{model['method']}"
        assert (model["accept"], model["on"], model["confidence"]) == (0.01, "shifted", 0.95)


def test_the_file_lists_the_variants_that_are_not_applicable():
    models = record(ENTRIES, POLICY)["models"]
    listed = [
        [(variant["name"], variant["reason"]) for variant in model["variants"] if variant["status"] == "not applicable"]
        for model in models
    ]
    assert listed == [[], [tuple(REFUSED.values())], [], [tuple(REFUSED.values())]]
    lenet1 = models[1]
    assert (lenet1["architecture"], lenet1["decision"], lenet1["variant"]) == ("lenet1", "do not ship", None)
    assert lenet1["reasons"] == ["no variant is applicable to this model"]
    (variant,) = lenet1["variants"]
    assert variant["decision"] is None
    assert variant["clean"] is None
    assert models[3]["decision"] == "ship"
    assert models[3]["reasons"] == models[3]["variants"][0]["reasons"]
    assert record(ENTRIES, POLICY)["counts"] == {"ship": 3, "do not ship": 1, "cannot tell": 0}


def test_the_file_round_trips(file):
    assert read(file) == (ENTRIES, POLICY)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["models"][0].update(decision="do not ship"),
        lambda content: content["models"][0]["variants"][0].update(decision="ship"),
        lambda content: content["policy"].update(accept=0.1),
        lambda content: content["policy"].update(gain="beauty"),
        lambda content: content["policy"].update(on="all"),
        lambda content: content["policy"].update(mood="good"),
        lambda content: content["policy"].pop("confidence"),
        lambda content: content["models"][0]["variants"][0].update(colour="red"),
        lambda content: content["models"][0]["variants"][1].update(size=0),
        lambda content: content["models"][0]["variants"][0].update(size="small"),
        lambda content: content["models"].pop(),
        lambda content: content["models"][1].update(decision="ship"),
        lambda content: content["models"][1].update(reasons=[]),
        lambda content: content["models"][1].update(variant="static_int8"),
        lambda content: content["models"][1]["variants"].clear(),
        lambda content: content["models"][1]["variants"][0].update(reason=None),
        lambda content: content["models"][1]["variants"][0].update(size=1),
        lambda content: content["models"][1]["variants"][0].update(status="ok"),
        lambda content: content["models"][0]["float32"].update(classes_answered=1),
        lambda content: content["models"][0].update(float32=None),
        lambda content: content["models"][0].update(model="mine"),
        lambda content: content["models"][0].update(accept=0.1),
        lambda content: content["models"][0].update(inputs_needed=299),
        lambda content: content["models"][0]["variants"][0]["shifted"]["limiting"].update(rate=None),
        lambda content: content["models"][0]["variants"].clear(),
    ],
)
def test_an_inconsistent_file_is_rejected(file, change):
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content)
    file.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(QuantshiftError, match=r"decision\.json is not the decisions of a study.*delete it"):
        read(file)
