"""Some code reads each constant of the package; others are stale."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAME = re.compile(r"_?[A-Z][A-Z0-9_]*")


def assigned(tree: ast.Module) -> Iterator[str]:
    """Yield the constants at the top of a module."""
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            yield from (name.id for name in ast.walk(target) if isinstance(name, ast.Name) and NAME.fullmatch(name.id))


def read_here(tree: ast.Module) -> set[str]:
    """Return the names that a module reads."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def read_elsewhere(tree: ast.Module) -> set[str]:
    """Return the names that a module imports, accesses as attributes or has as strings (for constants of members)."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(names=imported):
                names |= {alias.name for alias in imported}
            case ast.Attribute(attr=name) | ast.Constant(value=str(name)):
                names.add(name)
    return names


def unread(files: dict[str, str], rules: str) -> set[str]:
    """Return ``file: name`` of each constant of Python files that neither they nor the rules read."""
    trees = {file: ast.parse(text) for file, text in files.items()}
    elsewhere = {file: read_elsewhere(tree) for file, tree in trees.items()}
    asked = set(re.findall(NAME.pattern, rules))
    return {
        f"{file}: {name}"
        for file, tree in trees.items()
        for name in {*assigned(tree)} - read_here(tree) - asked
        if not any(name in names for other, names in elsewhere.items() if other != file)
    }


def test_every_constant_is_read() -> None:
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "workflow/scripts").glob("*.py")]
    rules = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "workflow/rules").glob("*.smk"))
    texts = {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files}
    assert unread(texts, rules) == set()


def test_a_constant_that_nothing_reads_is_noticed() -> None:
    files = {
        "a.py": "USED, STALE = 1, 2\nASKED: int = 3\nOWN = 4\nRULE = 5\nprint(OWN)\n",
        "b.py": "from a import USED\nconstants('a')['ASKED']\n",
    }
    assert unread(files, "threads: RULE") == {"a.py: STALE"}
