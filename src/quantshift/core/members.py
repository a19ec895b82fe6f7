"""Members of the study: a file each in a noun's folder, found by its name (standard library only).

A member's name is its file's name, its name in the config, in the results' paths and in the tables. Adding one is
adding a file: no registry is edited, so that nothing which exists already is made again. Code that members share
therefore lives outside of these folders.
"""

import ast
import difflib
import importlib
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from quantshift.core.errors import Message, QuantshiftError

PACKAGE = Path(__file__).parents[1]


@cache
def names(folder: str) -> tuple[str, ...]:
    """Return the sorted names of the members in `folder`, such as ``architectures`` or ``shifts/mnist_c``."""
    return tuple(sorted(file.stem for file in (PACKAGE / folder).glob("*.py") if file.stem != "__init__"))


@cache
def parsed(member: str) -> ast.Module:
    """Return a member's file as a syntax tree, without importing it.

    Raises:
        QuantshiftError: it is not Python.
    """
    file = PACKAGE / f"{member}.py"
    try:
        return ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise QuantshiftError(f"{file}, line {error.lineno}: {error.msg}: expected Python") from error


@cache
def constants(member: str) -> dict[str, Any]:
    """Return the literal constants (UPPER_CASE names) at the top of a member's file, without importing it.

    So the Snakefile can ask for them and never loads numpy or torch.
    """
    tree = parsed(member)
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


@cache
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


@cache
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
    return importlib.import_module(f"quantshift.{folder.replace('/', '.')}.{name}")


def hint(word: str, known: list[str] | tuple[str, ...]) -> Message:
    """Return the end of an error message: the nearest known word, and all known words.

    >>> hint("lenet6", ["lenet1", "lenet5"])
    "did you mean 'lenet5'? known: lenet1, lenet5"
    """
    near = difflib.get_close_matches(str(word), known, n=1, cutoff=0.5)
    guess = f"did you mean {near[0]!r}? " if near else ""
    return f"{guess}known: {', '.join(known) or 'none'}"
