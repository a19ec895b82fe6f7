"""README, CONTRIBUTING and docs name what is there: links, targets, folders, members, configs and job counts."""

import re
import runpy
import tomllib

import pytest
from tests.workflow.project import Project

from quantshift.core import members
from quantshift.tables.schemas import MODEL as KEYS
from quantshift.tables.schemas import SCHEMAS

MOST_LINES = 120
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@pytest.fixture(scope="module")
def pages(root):
    """Return the text of each page by its path."""
    files = [*root.glob("*.md"), *root.glob("*/README.md"), *(root / "docs").rglob("*.md")]
    return {file: file.read_text(encoding="utf-8") for file in files}


def test_the_readme_is_short(root):
    assert len((root / "README.md").read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_links_lead_to_files(root, pages):
    for file, text in pages.items():
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            if not re.match(r"https?:", link):
                assert (file.parent / link).exists(), f"{file}: {link}"


def test_make_has_the_targets(root, pages):
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for file, text in pages.items():
        if file.name != "CHANGELOG.md":
            named = set(re.findall(r"`make ([a-z][a-z-]*)", text))
            for commands in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
                named |= set(re.findall(r"^make ([a-z][a-z-]*)", commands, re.MULTILINE))
            assert named <= targets, f"{file}: {named - targets}"


def test_each_package_is_described(root, pages):
    folders = {file.parent.name for file in (root / "src/quantshift").glob("*/__init__.py")}
    text = pages[root / "CONTRIBUTING.md"]
    table = text[text.index("## Where things go") : text.index("## Add a member")]
    rows = re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == folders


def test_files_named_in_pages_exist(root, pages):
    for file, text in pages.items():
        if file.name != "CHANGELOG.md":
            for path in re.findall(r"`((?:src/quantshift|config|workflow|benchmarks|profiles)/[\w./-]+)`", text):
                assert (root / path).exists(), f"{file}: {path}"


def test_each_data_set_has_its_origins_stated(root, pages):
    text = pages[root / "docs/reference/data.md"]
    assert sorted(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == sorted(members.names("datasets"))


def test_the_readme_counts_the_members(root, pages):
    text = " ".join(pages[root / "README.md"].split())
    for folder, noun in (
        ("architectures", "architectures"),
        ("datasets", "data sets"),
        ("training/methods", "training methods"),
        ("quantizers/schemes", "quantization schemes"),
    ):
        assert f"{NUMBERS[len(members.names(folder))]} {noun}" in text


def test_each_column_is_described(root, pages):
    text = pages[root / "results/README.md"]
    for name, schema in SCHEMAS.items():
        start = re.search(rf"^### `{name}(\.csv|/.*)`$", text, re.MULTILINE)
        section = text[start.end() :].partition("\n#")[0]
        described = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?`) \|", section, re.MULTILINE))))
        columns = {column for column in schema.columns if not re.search(r"_(low|high)(_without_ties)?$", column)}
        rest = columns - described - {*KEYS, "n"}
        assert all(f"`{column}`" in section for column in rest), f"{name}: {sorted(rest)}"


def test_the_picture_of_the_layers_is_drawn_from_the_contracts(root):
    script = runpy.run_path(str(root / "docs/layers.py"))
    drawn = script["draw"](script["layers"](tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))))
    assert (root / "docs/layers.svg").read_text(encoding="utf-8") == drawn, "run python docs/layers.py"


def planned(root, folder, *configs):
    """Return the number of jobs of each rule that a study in an empty folder consists of, and their total."""
    configs = map(str, configs)
    plan = Project(root).plan("--quiet", "rules", "--directory", str(folder), "--configfile", *configs, "--cores", "1")
    return counts(plan.output.partition("Reasons:")[0])


def counts(text):
    """Return the numbers of jobs in Snakemake's table, by rule."""
    return {rule: int(count) for rule, count in re.findall(r"^(\w+) +(\d+)$", text, re.MULTILINE)}


def blocks(text, language):
    """Return the code blocks of a page in one language."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("page", ["README.md", "docs/how-to/configure.md", "docs/how-to/own_data.md"])
def test_configs_in_pages_are_accepted(root, pages, page, tmp_path):
    text = pages[root / page]
    files = re.findall(r"^`(own/[\w/]+\.(?:py|toml))` .*?```(?:python|toml)\n(.*?)```", text, re.DOTALL | re.MULTILINE)
    for path, content in files:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content, encoding="utf-8")
    (config,) = blocks(text, "yaml")
    (tmp_path / "my.yaml").write_text(config, encoding="utf-8")
    assert planned(root, tmp_path, tmp_path / "my.yaml")["train"] > 0


def test_the_tutorial_counts_the_jobs(root, pages, tmp_path):
    text = pages[root / "docs/tutorial.md"]
    first, second = (jobs for block in blocks(text, "text") if (jobs := counts(block)).get("quantize"))
    (preset,) = blocks(text, "yaml")
    (tmp_path / "my.yaml").write_text(preset, encoding="utf-8")
    smoke = planned(root, tmp_path, "config/smoke.yaml")
    more = planned(root, tmp_path, "config/smoke.yaml", tmp_path / "my.yaml")
    assert first == {rule: smoke.get(rule) for rule in first}
    assert second == {rule: more[rule] - smoke.get(rule, 0) for rule in second}
