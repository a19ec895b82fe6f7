"""README, CONTRIBUTING and docs name what is there: links, targets, folders and members."""

import re

import pytest

from quantshift.core import members

MOST_LINES = 120


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
                added = "small_digits" in path  # what a how-to page adds
                assert added or (root / path).exists(), f"{file}: {path}"


def test_each_data_set_has_its_origins_stated(root, pages):
    text = pages[root / "docs/reference/data.md"]
    assert sorted(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == sorted(members.names("datasets"))
