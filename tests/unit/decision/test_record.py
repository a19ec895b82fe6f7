"""The file of decisions: whole, read as written, refused where it is damaged."""

import json

import pytest
from tests.decision_cases import cases
from tests.unit.decision.test_decide import candidate

from quantshift.core.errors import QuantshiftError
from quantshift.decision.policy import Policy
from quantshift.decision.record import read, record, write

CASE = next(case for case in cases() if case.name.startswith("models come in the order"))
# A file has a model's variants together.
CANDIDATES = [candidate(CASE.candidates[place]) for place in (0, 2, 1, 3)]
POLICY = Policy(**CASE.policy)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "results/decision.json"
    write(path, CANDIDATES, POLICY)
    return path


def test_it_says_what_was_decided_and_from_what():
    found = record(CANDIDATES, POLICY)
    assert found["policy"] == CASE.policy
    assert found["counts"] == {"ship": 3, "do not ship": 0, "cannot tell": 0}
    first = found["models"][0]
    assert (first["method"], first["decision"], first["variant"]) == ("qat", "ship", "portable")
    assert [variant["decision"] for variant in first["variants"]] == ["do not ship", "ship"]
    assert first["variants"][0]["shifted"]["high"] == 0.03
    assert "dataset" not in first["variants"][0]


def test_it_is_read_as_it_was_written(file):
    assert read(file) == (CANDIDATES, POLICY)


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found["models"][0].update(decision="do not ship"),
        lambda found: found["models"][0]["variants"][0].update(decision="ship"),
        lambda found: found["policy"].update(accept=0.1),
        lambda found: found["policy"].update(gain="beauty"),
        lambda found: found["policy"].update(test_sets="all"),
        lambda found: found["policy"].update(mood="good"),
        lambda found: found["policy"].pop("confidence"),
        lambda found: found["models"][0]["variants"][0].update(colour="red"),
        lambda found: found["models"][0]["variants"][1].update(size=0),
        lambda found: found["models"][0]["variants"][0].update(size="small"),
        lambda found: found["models"].pop(),
        lambda found: found["models"][0]["variants"].clear(),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(file, change):
    found = json.loads(file.read_text(encoding="utf-8"))
    change(found)
    file.write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(QuantshiftError, match=r"decision\.json is not the decisions of a study.*delete it"):
        read(file)
