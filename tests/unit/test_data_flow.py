"""The picture of docs/architecture.md shows the workflow as it is."""

import ast
import re
import runpy
import tomllib

import pytest
from tests.workflow.project import Project

# One data set of each modality, ImageNet's weights, an archive, retraining, an own model with a variant: every kind of
# dependency.
CONFIG = """
study: {datasets: [mnist, imdb, emoji], seeds: [0]}
datasets: {emoji: {architectures: [resnet50]}, mnist: {seeds: null}}
architectures: {resnet50: {pretrained: true, width: 1.0}}
suites: {mnist_c: {source: archive}}
retraining: {seeds: [0]}
models: {mine: {file: mine.onnx, data: rows, variants: {theirs: theirs.onnx}}}
data: {rows: {test: {file: rows.npy}, shifted: {noisy: {file: noisy.npy}}}}
"""


@pytest.fixture(scope="module")
def source(root):
    return tomllib.loads((root / "docs/data_flow.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def stage_of(source):
    """Return the stage of each rule."""
    pairs = [(rule, name) for name, stage in source["stages"].items() for rule in stage["rules"]]
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


@pytest.fixture(scope="module")
def dependencies(root, tmp_path_factory):
    """Return the pairs of rules of which the second reads a file of the first, by Snakemake's own graph."""
    own = tmp_path_factory.mktemp("config") / "own.yaml"
    own.write_text(CONFIG, encoding="utf-8")
    for name in ("mine.onnx", "theirs.onnx", "rows.npy", "noisy.npy"):
        (own.parent / name).touch()
    arguments = ["--rulegraph", "--configfile", str(own), "--directory", str(own.parent)]
    outcome = Project(root).snakemake(*arguments)
    assert outcome.code == 0, outcome.output
    rules = dict(re.findall(r'(\d+)\[label = "(\w+)', outcome.output))
    return {(rules[first], rules[second]) for first, second in re.findall(r"(\d+) -> (\d+)", outcome.output)}


def unmatched(arrows, real):
    """Return the arrows that are no real dependency, and the real dependencies that no chain of arrows shows."""
    shown = set(arrows)
    while more := {(a, d) for a, b in shown for c, d in arrows if b == c} - shown:
        shown |= more
    return set(arrows) - real, real - shown


@pytest.fixture(scope="module")
def arrows(source):
    return {(start, end) for start, ends in source["arrows"].items() for end in ends}


def test_each_rule_is_in_one_stage(root, stage_of):
    text = "\n".join(file.read_text(encoding="utf-8") for file in (root / "workflow/rules").glob("*.smk"))
    rules = set(re.findall(r"^rule (\w+):", text, re.MULTILINE))
    assert set(stage_of) == rules - {"tables", "figures"}  # which only gather files


def test_the_arrows_are_the_dependencies(arrows, stage_of, dependencies):
    real = {(stage_of[a], stage_of[b]) for a, b in dependencies if b != "all"}
    real = {(start, end) for start, end in real if start != end}
    assert unmatched(arrows, real) == (set(), set())


def test_a_reversed_arrow_and_a_missing_one_are_noticed():
    real = {("train", "export"), ("export", "quantize"), ("train", "quantize")}
    assert unmatched({("train", "export"), ("export", "quantize")}, real) == (set(), set())
    assert unmatched({("export", "train"), ("export", "quantize")}, real)[0] == {("export", "train")}
    assert ("train", "export") in unmatched({("export", "quantize")}, real)[1]


def imported_modules(file):
    """Return the full names of what a file imports with `from`."""
    nodes = [node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)]
    return {f"{node.module}.{alias.name}" for node in nodes for alias in node.names}


def test_a_stage_names_the_package_that_its_scripts_call(root, source):
    for name, stage in source["stages"].items():
        for rule in stage["rules"]:
            file = root / f"workflow/scripts/{rule}.py"
            # Rules of users' variants run the scripts of the rules for presets.
            script = file if file.exists() else file.with_stem(rule.removesuffix("_variant"))
            modules = imported_modules(script)
            # Aggregation reads and writes the files of other packages, which do the work.
            for module in [module for module in modules if module.startswith("quantshift.aggregation.")]:
                modules |= imported_modules(root / f"src/{module.replace('.', '/')}.py")
            assert any(module.startswith(f"quantshift.{stage['package']}.") for module in modules), name


def test_the_picture_is_drawn_from_its_source(root, source):
    drawn = runpy.run_path(str(root / "docs/data_flow.py"))["draw"](source)
    assert (root / "docs/data_flow.svg").read_text(encoding="utf-8") == drawn, "run python docs/data_flow.py"
