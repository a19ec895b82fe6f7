"""The gate decides on a finished run: exit codes, other policies, and the files for continuous integration."""

import json
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from tests.decision_cases import cases
from tests.unit.decision.test_decide import candidate as from_case

from quantshift.command.main import main
from quantshift.command.summary import sentence
from quantshift.decision import record
from quantshift.decision.not_applicable import NotApplicable
from quantshift.decision.policy import Policy
from quantshift.decision.rates import Limiting

POLICY = Policy(
    accept=0.01, on="clean", confidence=0.95, gain="size", min_quantized=0.0, every_class=True, min_kappa=0.25
)
TEST_INPUTS = {"clean/none/0": "00000001", "mnist_c/fog/5": "00000002"}


def candidate(architecture, low, high):
    """Return a variant of half the size whose clean rate has these limits."""
    variant = from_case(
        cases()[0].candidates[0] | {"architecture": architecture, "size": 0.5, "test_inputs": TEST_INPUTS}
    )
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


@pytest.fixture
def released(tmp_path):
    """Return a function that writes a baseline: its decisions, and the inputs that disagreed."""

    def write(*candidates, inputs=()):
        return decided(tmp_path / "released", candidates, inputs)

    return write


def decided(results, candidates, inputs):
    """Write decisions and, for each variant, a table with the numbers of the clean inputs that disagree."""
    record.write(results / "decision.json", candidates, POLICY)
    for each in candidates:
        file = results / f"disagreements/{each.dataset}/{each.architecture}/{each.method}/0/{each.name}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        rows = [f"clean,none,0,{number},{number},,0,1,0.1,0.1,False" for number in inputs]
        header = "suite,shift,severity,input,source,label,top1_float32,top1_variant,margin_float32,margin_variant,tied"
        file.write_text("\n".join([header, *rows]) + "\n")
    return results / "decision.json"


def test_an_unchanged_run_passes_against_its_baseline(run, released, tmp_path, capsys):
    run(SHIPS, OPEN)
    assert main(["gate", "--directory", str(tmp_path), "--baseline", str(released(SHIPS, OPEN))]) == 2
    text = capsys.readouterr().out
    assert "mnist/lenet1/standard: ship, as before" in text
    assert text.rstrip().endswith("no regression")


def test_a_worse_decision_than_in_the_baseline_fails(run, released, tmp_path, capsys):
    run(OPEN)
    better = candidate("lenet5", 0, 0.004)
    assert main(["gate", "--directory", str(tmp_path), "--baseline", str(released(better)), "--json"]) == 1
    content = json.loads(capsys.readouterr().out)
    assert content["models"][0]["decision"] == "cannot tell"
    assert content["baseline"]["models"][0]["decision_before"] == "ship"
    assert len(content["baseline"]["regressions"]) == 1


def test_inputs_that_newly_disagree_are_named_everywhere(run, released, tmp_path, capsys):
    decided(tmp_path / "results", [SHIPS], range(10, 18))
    options = ["--junit", str(tmp_path / "gate.xml"), "--markdown", str(tmp_path / "gate.md")]
    before = released(SHIPS, inputs=[3])
    assert main(["gate", "--directory", str(tmp_path), "--baseline", str(before), *options]) == 1
    text, markdown = capsys.readouterr().out, (tmp_path / "gate.md").read_text(encoding="utf-8")
    for output in (text, markdown):
        assert "8 inputs (clean: 10, 11, 12, 13, 14, 15, 16, 17) newly disagree" in output
        assert "1 input (clean: 3) no longer disagree" in output
        assert "regression: mnist/lenet1/standard: int8: " in output
    rows = [line for line in markdown.splitlines() if line.startswith("|")]
    assert "| int8 | ship | ship | 0 (0 to 0.40) | 0 (0 to 0.40) |" in rows[-1]
    assert rows[-1].endswith("| 8 | 1 |")
    suite = ElementTree.parse(tmp_path / "gate.xml").getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    (case,) = suite.findall("testcase[@classname='quantshift.baseline']")
    assert "p = 0.02" in case.find("failure").get("message")
    assert "newly disagree" in case.find("system-out").text


def test_inputs_of_the_users_own_data_are_named(tmp_path, capsys):
    own = replace(SHIPS, dataset="photos", architecture="net", method="given")
    decided(tmp_path / "results", [own], [1])
    names = tmp_path / "results/datasets/photos/test/texts.json"
    names.parent.mkdir(parents=True)
    names.write_text(json.dumps(["cats/1.jpg", "dogs/2.jpg"]))
    before = decided(tmp_path / "released", [own], [])
    main(["gate", "--directory", str(tmp_path), "--baseline", str(before)])
    assert "int8: 1 input (clean: dogs/2.jpg) newly disagree" in capsys.readouterr().out
    main(["gate", "--directory", str(tmp_path), "--baseline", str(before), "--json"])
    (group,) = json.loads(capsys.readouterr().out)["baseline"]["models"][0]["variants"][0]["newly"]
    assert (group["inputs"], group["names"]) == ([1], ["dogs/2.jpg"])


def test_a_baseline_that_is_no_decision_is_reported(run, tmp_path, capsys):
    run(SHIPS)
    other = tmp_path / "other.json"
    other.write_text("{}")
    assert main(["gate", "--directory", str(tmp_path), "--baseline", str(other)]) == 3
    assert capsys.readouterr().err.startswith(f"error: {other} is not the decisions of a study")


def test_text_of_the_data_cannot_break_the_outputs(released, tmp_path, capsys):
    """Samples with control characters, Markdown, HTML and mentions: each format shows them and stays well-formed."""
    own = replace(SHIPS, dataset="net-data", architecture="net", method="given")
    texts = ["a\x08b\x1b[31m", "*bold* <b> @team\n# title", "`tick", "\ud800"]
    decided(tmp_path / "results", [own], range(4))
    folder = tmp_path / "results/datasets/net-data/test"
    folder.mkdir(parents=True)
    (folder / "texts.json").write_text(json.dumps(texts))
    options = ["--junit", str(tmp_path / "gate.xml"), "--markdown", str(tmp_path / "gate.md")]
    main(["gate", "--directory", str(tmp_path), "--baseline", str(released(own)), *options])
    shown = ["a\ufffdb\ufffd[31m", "*bold* <b> @team # title", "`tick", "\ufffd"]
    assert f"(clean: {', '.join(shown)}) newly disagree" in capsys.readouterr().out
    (case,) = ElementTree.parse(tmp_path / "gate.xml").getroot().findall("testcase[@classname='quantshift.baseline']")
    assert f"(clean: {', '.join(shown)}) newly disagree" in case.find("system-out").text
    names = ", ".join([f"`{shown[0]}`", f"`{shown[1]}`", f"`` {shown[2]} ``", f"`{shown[3]}`"])
    assert f"(clean: {names}) newly disagree" in (tmp_path / "gate.md").read_text(encoding="utf-8")


def test_other_test_inputs_are_named_in_words(released, tmp_path, capsys):
    decided(tmp_path / "results", [replace(SHIPS, test_inputs=TEST_INPUTS | {"mnist_c/fog/5": "00000003"})], [])
    options = ["--markdown", str(tmp_path / "gate.md"), "--baseline", str(released(SHIPS))]
    assert main(["gate", "--directory", str(tmp_path), *options]) == 0
    text = capsys.readouterr().out
    assert "%, not compared\n" in text
    for output in (text, (tmp_path / "gate.md").read_text(encoding="utf-8")):
        assert "int8: the shifted test inputs differ from the baseline's, so these rates are not compared" in output


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ({}, 0),
        ({"decision": {"accept": 0.5}}, 0),
        ({"data": {"data": {"test": {"file": "other.npz"}}}}, 3),
        ({"study": {"quantizers": ["float16"]}}, 3),
        ({"models": {}}, 3),
    ],
)
def test_the_results_of_another_config_are_not_decided_on(run, tmp_path, capsys, edit, code):
    """A check that failed has replaced the config, but not the results of the run before it."""
    file = run(SHIPS)
    config = {
        "study": {"quantizers": ["weight_int8"]},
        "models": {"net": {"file": "net.onnx", "data": "data"}},
        "data": {"data": {"test": {"file": "test.npz"}}},
    }
    merged = config | {"decision": {"accept": 0.01}, "study": {"quantizers": ["weight_int8"], "seeds": [0]}}
    file.with_name("run.json").write_text(json.dumps({"config": merged}), encoding="utf-8")
    (tmp_path / "quantshift.yaml").write_text(json.dumps(config | edit), encoding="utf-8")
    assert main(["gate", "--directory", str(tmp_path)]) == code
    assert ("differs from the config of the last finished run" in capsys.readouterr().err) == (code == 3)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_no_variant_comes_closest_if_float32_is_the_reason(case):
    """Another variant would have the same reason, so the sentence names none."""
    content = record.record(
        [from_case(values) for values in case.candidates] + [NotApplicable(**item) for item in case.not_applicable],
        Policy(**case.policy),
    )
    for model in content["models"]:
        text = sentence(model)
        measured = [variant for variant in model["variants"] if variant["status"] == "ok"]
        if any("chance" in reason or "the same answer" in reason for reason in model["reasons"]):
            assert text == f"cannot tell: {'; '.join(model['reasons'])}"
            assert {tuple(variant["reasons"]) for variant in measured} == {tuple(model["reasons"])}
        elif measured:
            closest = "" if model["decision"] == "ship" else " comes closest"
            assert text.startswith(f"{model['decision']}: {model['variant']}{closest}: {model['reasons'][0]}")
