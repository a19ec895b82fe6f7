"""Members of the study: a file each in a noun's folder, found by its name (standard library only).

A member's name is its file's name, its name in the config, in the results' paths and in the tables. Adding one is
adding a file: no registry is edited, so that nothing which exists already is made again. Code that members share
therefore lives outside of these folders.

Members lie in this package and in the folders that the config names (`members`), which are laid out like the package:
`architectures/my_net.py` in such a folder is the architecture `my_net`. Jobs get these folders by an environment
variable.
"""

import ast
import difflib
import importlib
import importlib.util
import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from quantshift.core.errors import Message, QuantshiftError

PACKAGE = Path(__file__).parents[1]


# Environment variable: the user's own folders, separated like those of PATH.
VARIABLE = "QUANTSHIFT_MEMBERS"
# The package under whose name a user's modules are imported.
OWN = "quantshift_members"


def use(folders: Iterable[str | Path]) -> None:
    """Look for members in a user's folders as well, in this process and in the jobs that it starts."""
    os.environ[VARIABLE] = os.pathsep.join(str(Path(folder).resolve()) for folder in folders)


def folders() -> tuple[Path, ...]:
    """Return the folders that hold members: this package's, and the user's own."""
    own = [Path(folder) for folder in os.environ.get(VARIABLE, "").split(os.pathsep) if folder]
    return (PACKAGE, *own)


def names(folder: str) -> tuple[str, ...]:
    """Return the sorted names of the members in `folder`, such as ``architectures`` or ``shifts/mnist_c``."""
    return _names(folder, folders())


@cache
def _names(folder: str, places: tuple[Path, ...]) -> tuple[str, ...]:
    found = {file.stem for place in places for file in (place / folder).glob("*.py")}
    return tuple(sorted(found - {"__init__"}))


def subfolders(folder: str) -> tuple[str, ...]:
    """Return the sorted names of the folders in `folder`, such as the collections of ``shifts``."""
    found = {child.name for place in folders() for child in (place / folder).glob("*/") if child.name != "__pycache__"}
    return tuple(sorted(found))


def file_of(member: str) -> Path:
    """Return the file of a member, such as ``architectures/lenet5``; the package's own where there is none."""
    files = [place / f"{member}.py" for place in folders()]
    return next((file for file in files if file.is_file()), files[0])


def doubled() -> list[tuple[str, list[Path]]]:
    """Return the members that lie in several folders, and their files."""
    own = {file.relative_to(place) for place in folders()[1:] for file in place.rglob("*.py")}
    found = []
    for member in sorted(name for name in own if name.stem != "__init__"):
        files = [place / member for place in folders() if (place / member).is_file()]
        if len(files) > 1:
            found.append((member.with_suffix("").as_posix(), files))
    return found


def shown(file: Path) -> str:
    """Return the name of a member's file, for messages."""
    return f"src/quantshift/{file.relative_to(PACKAGE).as_posix()}" if file.is_relative_to(PACKAGE) else str(file)


def labels() -> dict[str, str]:
    """Return the names of the user's own members as readers see them, by member.

    They are `LABEL` in a member's file, and in `__init__.py` of a collection of shifts.
    """
    found = {}
    for place in folders()[1:]:
        for file in sorted(place.rglob("*.py")):
            label = _constants(file).get("LABEL")
            if isinstance(label, str):
                found[file.parent.name if file.stem == "__init__" else file.stem] = label
    return found


def parsed(member: str) -> ast.Module:
    """Return a member's file as a syntax tree, without importing it.

    Raises:
        QuantshiftError: it is not Python.
    """
    return _parsed(file_of(member))


@cache
def _parsed(file: Path) -> ast.Module:
    try:
        return ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise QuantshiftError(f"{file}, line {error.lineno}: {error.msg}: expected Python") from error


def constants(member: str) -> dict[str, Any]:
    """Return the literal constants (UPPER_CASE names) at the top of a member's file, without importing it.

    So the Snakefile can ask for them and never loads numpy or torch.
    """
    return dict(_constants(file_of(member)))


@cache
def _constants(file: Path) -> dict[str, Any]:
    tree = _parsed(file)
    found: dict[str, Any] = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name.isupper():
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name.isupper():
                pass
            case _:
                continue
        try:
            found[name] = ast.literal_eval(value)
        except ValueError:  # an expression, not a literal: not for the Snakefile
            continue
    return found


def keys(member: str, name: str) -> tuple[str, ...]:
    """Return the literal keys of the dictionary `name` at the top of a member's file, without importing it.

    Its values may be any expressions, which `constants` passes over.
    """
    tree = parsed(member)
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=found)], value=ast.Dict(keys=entries))
                | ast.AnnAssign(target=ast.Name(id=found), value=ast.Dict(keys=entries))
            ) if found == name:
                return tuple(str(entry.value) for entry in entries if isinstance(entry, ast.Constant))
    return ()


def functions(member: str) -> frozenset[str]:
    """Return the names of the functions at the top of a member's file, without importing it."""
    tree = parsed(member)
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def load(folder: str, name: str) -> ModuleType:
    """Import the member `name` of `folder`.

    Raises:
        ValueError: there is no such member (names are checked when the config is read, so this is a bug).
    """
    if name not in names(folder):
        raise ValueError(f"no member {name!r} in {folder}")
    file = file_of(f"{folder}/{name}")
    if file.is_relative_to(PACKAGE):
        return importlib.import_module(f"quantshift.{folder.replace('/', '.')}.{name}")
    return _load_own(f"{OWN}.{folder.replace('/', '.')}.{name}", file)


def _load_own(module: str, file: Path) -> ModuleType:
    """Import a user's file, once."""
    if module not in sys.modules:
        described = importlib.util.spec_from_file_location(module, file)
        if described is None or described.loader is None:
            raise QuantshiftError(f"{file} cannot be imported: expected Python")
        sys.modules[module] = importlib.util.module_from_spec(described)
        try:
            described.loader.exec_module(sys.modules[module])
        except BaseException:
            del sys.modules[module]
            raise
    return sys.modules[module]


def hint(word: str, known: list[str] | tuple[str, ...]) -> Message:
    """Return the end of an error message: the nearest known word, and all known words.

    >>> hint("lenet6", ["lenet1", "lenet5"])
    "did you mean 'lenet5'? known: lenet1, lenet5"
    """
    near = difflib.get_close_matches(str(word), known, n=1, cutoff=0.5)
    guess = f"did you mean {near[0]!r}? " if near else ""
    return f"{guess}known: {', '.join(known) or 'none'}"
