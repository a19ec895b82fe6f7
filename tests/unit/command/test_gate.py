"""The gate decides on a finished run: exit codes, other policies, and the files for continuous integration."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from tests.decision_cases import cases
from tests.unit.decision.test_decide import candidate as from_case

from quantshift.command.main import main
from quantshift.decision import record
from quantshift.decision.not_applicable import NotApplicable
from quantshift.decision.policy import Policy
from quantshift.decision.rates import Limiting

POLICY = Policy(accept=0.01, on="clean", confidence=0.95, gain="size", min_quantized=0.0, every_class=True)


def candidate(architecture, low, high):
    """Return a variant of half the size whose clean rate has these limits."""
    variant = from_case(cases()[0].candidates[0] | {"architecture": architecture, "size": 0.5})
    clean = replace(variant.clean, rate=low, low=low, high=high, limiting=Limiting(low, 1000, 1000.0))
    return replace(variant, clean=clean)


SHIPS, OPEN, FAILS = candidate("lenet1", 0, 0.004), candidate("lenet5", 0, 0.02), candidate("nin", 0.05, 0.06)


@pytest.fixture
def run(tmp_path):
    """Return a function that writes the decisions of a finished run."""

    def write(*candidates):
        file = tmp_path / "results/decision.json"
        record.write(file, candidates, POLICY)
        return file

    return write


@pytest.mark.parametrize(
    ("candidates", "code"), [([SHIPS], 0), ([FAILS], 1), ([OPEN], 2), ([SHIPS, OPEN], 2), ([SHIPS, OPEN, FAILS], 1)]
)
def test_the_worst_decision_is_the_exit_code(run, tmp_path, candidates, code):
    run(*candidates)
    assert main(["gate", "--directory", str(tmp_path)]) == code


def test_json_is_decision_json(run, tmp_path, capsys):
    file = run(SHIPS, FAILS)
    main(["gate", "--directory", str(tmp_path), "--json"])
    assert capsys.readouterr().out == file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("accept", "code"), [("0.003", 2), ("0.004", 0), ("0.02", 0)])
def test_another_policy_decides_anew(run, tmp_path, capsys, accept, code):
    file = run(SHIPS)
    before = file.read_bytes()
    assert main(["gate", "--directory", str(tmp_path), "--accept", accept, "--json"]) == code
    assert json.loads(capsys.readouterr().out)["policy"]["accept"] == float(accept)
    assert file.read_bytes() == before


def test_the_text_has_the_words_of_the_decision(run, tmp_path, capsys):
    file = run(SHIPS, FAILS)
    main(["gate", "--directory", str(tmp_path)])
    lines = capsys.readouterr().out.splitlines()
    models = json.loads(file.read_text(encoding="utf-8"))["models"]
    for line, model in zip(lines[:2], models, strict=True):
        assert line.startswith(f"mnist/{model['architecture']}/standard: {model['decision']}: {model['variant']}")
        assert "; ".join(model["variants"][0]["reasons"]) in line
    assert lines[3] == "models: ship 1, do not ship 1, cannot tell 0"


def test_junit_has_a_case_for_each_model(run, tmp_path):
    run(SHIPS, OPEN, FAILS)
    main(["gate", "--directory", str(tmp_path), "--junit", str(tmp_path / "gate.xml")])
    suite = ElementTree.parse(tmp_path / "gate.xml").getroot()
    assert suite.attrib == {"name": "quantshift gate", "tests": "3", "failures": "1", "errors": "1"}
    found = {case.get("name"): [child.tag for child in case if child.tag != "system-out"] for case in suite}
    assert found == {
        "mnist/lenet1/standard": [],
        "mnist/lenet5/standard": ["error"],
        "mnist/nin/standard": ["failure"],
    }


def test_markdown_has_a_table_for_each_model(run, tmp_path):
    run(SHIPS, FAILS)
    main(["gate", "--directory", str(tmp_path), "--markdown", str(tmp_path / "gate.md")])
    text = (tmp_path / "gate.md").read_text(encoding="utf-8")
    assert "## mnist/lenet1/standard: ship" in text
    assert "## mnist/nin/standard: do not ship" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 6
    assert len({row.count("|") for row in rows}) == 1


def test_a_folder_without_a_run_is_reported(tmp_path, capsys):
    assert main(["gate", "--directory", str(tmp_path)]) == 3
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "has no finished run, since results/decision.json is missing" in error


def test_a_damaged_decision_is_reported(run, tmp_path, capsys):
    file = run(SHIPS)
    file.write_text(file.read_text(encoding="utf-8").replace('"ship"', '"do not ship"', 1), encoding="utf-8")
    assert main(["gate", "--directory", str(tmp_path)]) == 3
    assert "its decisions do not follow from its figures" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_reported(run, tmp_path, capsys):
    run(SHIPS)
    (tmp_path / "file").touch()
    assert main(["gate", "--directory", str(tmp_path), "--junit", str(tmp_path / "file/gate.xml")]) == 3
    assert "cannot be written" in capsys.readouterr().err


REASON = "no weight can be quantized"
REFUSED = NotApplicable("mnist", "lenet1", "standard", "weight_int4", REASON)


def test_a_model_without_an_applicable_preset_does_not_ship(run, tmp_path, capsys):
    run(REFUSED)
    assert main(["gate", "--directory", str(tmp_path)]) == 1
    first = capsys.readouterr().out.splitlines()[0]
    assert first == "mnist/lenet1/standard: do not ship: no variant is applicable to this model"


def test_a_preset_that_is_not_applicable_is_a_row_with_its_reason(run, tmp_path):
    run(SHIPS, REFUSED)
    assert main(["gate", "--directory", str(tmp_path), "--markdown", str(tmp_path / "gate.md")]) == 0
    text = (tmp_path / "gate.md").read_text(encoding="utf-8")
    assert "| weight_int4 | not applicable | - | - | - | - | - |" in text
    assert f"- weight_int4: not applicable: {REASON}" in text
