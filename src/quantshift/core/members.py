"""Members of a study (architectures, data sets, shifts, ...): one file each, looked up by name (standard library only).

A member's name is its file name, and the same name appears in the config, in result paths and in tables. To add a
member, add a file: there is no registry to edit, so no existing result is rebuilt. Code that members share is therefore
outside these folders.

Members are in this package and in the folders that the config lists under `members`, which have the same layout:
`architectures/my_net.py` in such a folder is the architecture `my_net`. Jobs get these folders from an environment
variable.

The file of a data set is its reader. A TOML file next to it has the facts about the data set (see
`quantshift.core.dataset_facts`).
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

from quantshift.core import toml_file
from quantshift.core.errors import Message, QuantshiftError

PACKAGE = Path(__file__).parents[1]


# Environment variable: the user's folders, separated as in PATH.
VARIABLE = "QUANTSHIFT_MEMBERS"
# Package name under which a user's modules are imported.
USER_PACKAGE = "quantshift_members"
# Ending of the files with the facts about data sets.
FACTS_SUFFIX = ".toml"


def use(folders: Iterable[str | Path]) -> None:
    """Add a user's folders of members, for this process and the jobs that it starts."""
    os.environ[VARIABLE] = os.pathsep.join(str(Path(folder).resolve()) for folder in folders)


def folders() -> tuple[Path, ...]:
    """Return the folders that hold members: this package, then the user's folders."""
    user_folders = [Path(folder) for folder in os.environ.get(VARIABLE, "").split(os.pathsep) if folder]
    return (PACKAGE, *user_folders)


def names(folder: str) -> tuple[str, ...]:
    """Return the sorted names of the members in `folder`, such as ``architectures`` or ``shifts/mnist_c``."""
    return _names(folder, folders())


@cache
def _names(folder: str, places: tuple[Path, ...]) -> tuple[str, ...]:
    stems = {file.stem for place in places for file in (place / folder).glob("*.py")}
    return tuple(sorted(stems - {"__init__"}))


def subfolders(folder: str) -> tuple[str, ...]:
    """Return the sorted names of the folders in `folder`, such as the collections in ``shifts``."""
    children = (child.name for place in folders() for child in (place / folder).glob("*/"))
    return tuple(sorted(set(children) - {"__pycache__"}))


def file_of(member: str) -> Path:
    """Return the file of a member, such as ``architectures/lenet5``; its path in the package if no file exists."""
    files = [place / f"{member}.py" for place in folders()]
    return next((file for file in files if file.is_file()), files[0])


def facts_file(dataset: str) -> Path:
    """Return the file with the facts about a data set, which is next to its reader."""
    return file_of(f"datasets/{dataset}").with_suffix(FACTS_SUFFIX)


def duplicates() -> list[tuple[str, list[Path]]]:
    """Return the members that several folders define, each with its files."""
    candidates = {file.relative_to(place) for place in folders()[1:] for file in place.rglob("*.py")}
    defined_twice = []
    for member in sorted(name for name in candidates if name.stem != "__init__"):
        files = [place / member for place in folders() if (place / member).is_file()]
        if len(files) > 1:
            defined_twice.append((member.with_suffix("").as_posix(), files))
    return defined_twice


def display_path(file: Path) -> str:
    """Return the path of a member's file, for messages."""
    return f"src/quantshift/{file.relative_to(PACKAGE).as_posix()}" if file.is_relative_to(PACKAGE) else str(file)


def labels() -> dict[str, str]:
    """Return the display names of the user's members, by member.

    A member's display name is `LABEL` in its file; that of a collection of shifts is in its `__init__.py`, and that of
    a data set is `label` in the file with its facts.
    """
    display_names = {}
    for place in folders()[1:]:
        for file in sorted(place.rglob("*.py")):
            if file.parent == place / "datasets" and file.stem != "__init__":
                facts = facts_file(file.stem)
                label = toml_file.read(facts, display_path(facts)).get("label")
            else:
                label = _constants(file).get("LABEL")
            if isinstance(label, str):
                display_names[file.parent.name if file.stem == "__init__" else file.stem] = label
    return display_names


def parse(member: str) -> ast.Module:
    """Return a member's file as a syntax tree, without importing it.

    Raises:
        QuantshiftError: the file is not valid Python.
    """
    return _parse(file_of(member))


@cache
def _parse(file: Path) -> ast.Module:
    try:
        return ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise QuantshiftError(f"{file}, line {error.lineno}: {error.msg}: expected valid Python") from error


def constants(member: str) -> dict[str, Any]:
    """Return the literal constants (UPPER_CASE names) at the top level of a member's file, without importing it.

    This way the Snakefile can read them without loading numpy or torch.
    """
    return dict(_constants(file_of(member)))


@cache
def _constants(file: Path) -> dict[str, Any]:
    tree = _parse(file)
    values: dict[str, Any] = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name.isupper():
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name.isupper():
                pass
            case _:
                continue
        try:
            values[name] = ast.literal_eval(value)
        except ValueError:  # an expression, not a literal
            continue
    return values


def keys(member: str, name: str) -> tuple[str, ...]:
    """Return the literal keys of the dictionary `name` at the top level of a member's file, without importing it.

    Unlike with `constants`, the values may be any expressions.
    """
    tree = parse(member)
    for node in tree.body:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=target)], value=ast.Dict(keys=entries))
                | ast.AnnAssign(target=ast.Name(id=target), value=ast.Dict(keys=entries))
            ) if target == name:
                return tuple(str(entry.value) for entry in entries if isinstance(entry, ast.Constant))
    return ()


def functions(member: str) -> frozenset[str]:
    """Return the names of the functions at the top level of a member's file, without importing it."""
    tree = parse(member)
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def load(folder: str, name: str) -> ModuleType:
    """Import the member `name` of `folder`.

    Raises:
        ValueError: there is no such member (a bug, because names are checked when the config is read).
    """
    if name not in names(folder):
        raise ValueError(f"no member {name!r} in {folder}")
    file = file_of(f"{folder}/{name}")
    if file.is_relative_to(PACKAGE):
        return importlib.import_module(f"quantshift.{folder.replace('/', '.')}.{name}")
    return _load_user_file(f"{USER_PACKAGE}.{folder.replace('/', '.')}.{name}", file)


def _load_user_file(module: str, file: Path) -> ModuleType:
    """Import a user's file, once."""
    if module not in sys.modules:
        spec = importlib.util.spec_from_file_location(module, file)
        if spec is None or spec.loader is None:
            raise QuantshiftError(f"{file} cannot be imported: expected a Python file")
        sys.modules[module] = importlib.util.module_from_spec(spec)
        try:
            spec.loader.exec_module(sys.modules[module])
        except BaseException:
            del sys.modules[module]
            raise
    return sys.modules[module]


def hint(word: str, known: list[str] | tuple[str, ...]) -> Message:
    """Return the end of an error message: the closest known word, and all known words.

    >>> hint("lenet6", ["lenet1", "lenet5"])
    "did you mean 'lenet5'? known: lenet1, lenet5"
    """
    matches = difflib.get_close_matches(str(word), known, n=1, cutoff=0.5)
    guess = f"did you mean {matches[0]!r}? " if matches else ""
    return f"{guess}known: {', '.join(known) or 'none'}"
