"""The files of the workflow follow the conventions: thin scripts, and rules with inputs, outputs and resources."""

import ast
import re
from pathlib import Path

import pytest

from quantshift.planning import resources

WORKFLOW = Path(__file__).parents[2] / "workflow"
RULE_FILES = sorted((WORKFLOW / "rules").glob("*.smk"))
SCRIPTS = sorted((WORKFLOW / "scripts").glob("*.py"))
LINES = 45


def blocks(file):
    """Return the text of each rule of a file by its name."""
    text = file.read_text(encoding="utf-8")
    return dict(re.findall(r"^rule (\w+):\n((?:    .*\n|\n)+)", text, re.MULTILINE))


def directives(block):
    """Return the text of each directive of a rule by its name."""
    return {
        name: f"{line}\n{more}"
        for name, line, more in re.findall(r"^    (\w+):(.*)\n((?:        .*\n)*)", block, re.MULTILINE)
    }


RULES = {name: directives(block) for file in RULE_FILES for name, block in blocks(file).items()}
# A target rule only collects files.
WITH_JOBS = {name: rule for name, rule in RULES.items() if set(rule) != {"input"}}
TEXT = "\n".join(file.read_text(encoding="utf-8") for file in RULE_FILES)


def docstring(file):
    return re.match(r'"""(\S(?:.|\n)*?)"""\n', file.read_text(encoding="utf-8"))


def test_the_expected_rules_exist():
    assert {"fetch", "dataset", "shift", "train", "export", "quantize", "evaluate", "compare", "figure"} <= set(
        WITH_JOBS
    )
    assert set(RULES) - set(WITH_JOBS) == {"tables", "figures"}


@pytest.mark.parametrize("file", RULE_FILES, ids=lambda file: file.name)
def test_a_rule_file_states_its_inputs_and_outputs(file):
    text = docstring(file)
    assert text
    if file.name != "common.smk":
        assert re.search(r"\bNeeds\b", text.group(1))
        assert re.search(r"\bMakes\b", text.group(1))


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_a_script_is_thin(file):
    assert docstring(file)
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LINES
    body = ast.parse(text).body
    assert not [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    # The work runs where output goes to the log.
    assert isinstance(body[-1], ast.With)
    rest = body[1:-1]
    # An error about the user's own files is one of the input.
    own_files = ", own_files=True" if file.name.startswith("given_") else ""
    if ast.unparse(body[-1].items[0].context_expr) == f"job(arguments.log{own_files})":
        assert ast.unparse(rest.pop()).startswith("arguments = parse_arguments(__doc__, log=Path, ")
        assert "snakemake" not in text
    else:
        assert ast.unparse(body[-1].items[0].context_expr) == "job(snakemake.log[0])"
    assert all(isinstance(node, ast.Import | ast.ImportFrom) for node in rest)


def script_of(rule):
    """Return the name of a rule's script: the rule's own, or that of the rule for presets' variants."""
    return rule if rule == "given_variant" else rule.removesuffix("_variant")


def test_each_script_is_run_by_the_rule_with_its_name():
    for name, rule in WITH_JOBS.items():
        assert ("script" in rule) != ("shell" in rule), name
        if "script" in rule:
            assert rule["script"].strip().strip('"') == f"../scripts/{name}.py"
        else:
            assert rule["shell"].strip().startswith(f'"{{START}}/{script_of(name)}.py --log {{log:q}}')
    assert sorted(set(map(script_of, WITH_JOBS))) == [file.stem for file in SCRIPTS]


@pytest.mark.parametrize("name", [name for name, rule in WITH_JOBS.items() if "shell" in rule])
def test_a_command_line_has_the_options_of_its_script(name):
    options = set(re.findall(r"--([a-z0-9-]+) ", WITH_JOBS[name]["shell"]))
    text = (WORKFLOW / f"scripts/{script_of(name)}.py").read_text(encoding="utf-8")
    (call,) = [node for node in ast.parse(text).body if isinstance(node, ast.Assign)]
    assert options == {keyword.arg.replace("_", "-") for keyword in call.value.keywords}


@pytest.mark.parametrize("name", WITH_JOBS)
def test_a_rule_states_what_it_needs(name):
    rule = WITH_JOBS[name]
    assert {"log", "params", "resources", "threads", "output"} <= set(rule)
    assert f'mem_mb=memory("{name}")' in rule["resources"]
    assert f'runtime=minutes("{name}")' in rule["resources"]
    assert name in {*resources.SIZED, *resources.FIXED, *resources.OWN}
    assert re.search(r"\bcode=", rule["params"])
    assert re.search(rf"results/logs/{name}\b", rule["log"])


@pytest.mark.parametrize("name", WITH_JOBS)
def test_the_log_and_the_benchmark_have_the_wildcards_of_the_output(name):
    rule = WITH_JOBS[name]
    wildcards = {part: set(wildcards_of(text)) for part, text in rule.items()}
    assert wildcards["log"] == wildcards["output"]
    if "benchmark" in rule:
        assert wildcards["benchmark"] == wildcards["output"]
        assert re.search(rf"results/benchmarks/{name}\b", rule["benchmark"])


@pytest.mark.parametrize("name", ["dataset", "shift", "train", "export", "quantize", "evaluate", "findings_table"])
def test_expensive_rules_have_a_benchmark(name):
    assert "benchmark" in WITH_JOBS[name]


def test_only_downloads_are_retried():
    assert [name for name, rule in WITH_JOBS.items() if "retries" in rule] == ["fetch"]


def wildcards_of(text):
    """Return the wildcards in the paths of a text, including those of `MODEL`."""
    model = re.search(r'^MODEL = "(.*)"$', TEXT, re.MULTILINE).group(1)
    text = text.replace("{MODEL}", model)
    # Names that expand() replaces are not wildcards.
    expanded = set(re.findall(r"\b(\w+)=", text)) if "expand(" in text else set()
    return [name for name in re.findall(r"\{+(\w+)\}+", text) if name not in expanded]


def test_every_wildcard_is_constrained():
    constrained = set()
    for block in re.findall(r"^ *wildcard_constraints:\n((?: +\w+=.*\n)+)", TEXT, re.MULTILINE):
        constrained |= set(re.findall(r"^ +(\w+)=", block, re.MULTILINE))
    used = {
        name for rule in WITH_JOBS.values() for part in ("input", "output") for name in wildcards_of(rule.get(part, ""))
    }
    assert {"dataset", "architecture", "method", "seed", "variant", "quantizer", "suite", "shift", "severity"} <= used
    assert used - constrained == set()


def test_every_constrained_wildcard_is_used():
    block = re.search(r"^wildcard_constraints:\n((?: +\w+=.*\n)+)", TEXT, re.MULTILINE).group(1)
    used = {name for rule in WITH_JOBS.values() for name in wildcards_of(rule["output"])}
    assert set(re.findall(r"^ +(\w+)=", block, re.MULTILINE)) <= used


def test_rules_have_no_lambdas_and_no_run_blocks():
    assert "lambda" not in TEXT
    assert not [name for name, rule in RULES.items() if "run" in rule]


def test_every_file_in_the_report_has_a_caption_and_a_category():
    assert re.findall(r"\breport\(", TEXT)
    for entry in re.findall(r"\breport\((.*?)\n        \)", TEXT, re.DOTALL):
        assert "category=" in entry
        caption = re.search(r'caption="\.\./report/(\w+\.rst)"', entry).group(1)
        assert (WORKFLOW / "report" / caption).read_text(encoding="utf-8").strip()
