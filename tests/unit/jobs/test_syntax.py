"""Which edits change the canonical form of a file, and which do not."""

import ast
import hashlib
import re
import textwrap

import pytest
from tests.unit.jobs.test_code_digest import MEMBERS, SCRIPTS, names

from quantshift.jobs import code_digest
from quantshift.jobs.syntax import canonical

BEFORE = '''
"""What the module has."""

import os
from dataclasses import dataclass


class WrongError(ValueError):
    """It is wrong."""


@dataclass
class Point:
    """A point."""

    x: int
    y: int = 0

    def moved(self, by: int) -> "Point":
        """Return the point beside it."""
        return Point(self.x + by, self.y)


def mean(values: list[float], *, start: float = 0.0) -> float:
    """Return the mean."""
    total = start  # so far
    if not values:
        raise WrongError("no values")
    for value in values:
        total += value
    assert total == total, "not a number"
    if os.environ.get("SHOWN"):
        print(f"{len(values)} values", "were added")
    return total / len(values)


def wrong(values) -> WrongError:
    cause = "too long" if len(values) > 9 else "too short"
    return WrongError(f"{cause}: {values}")
'''

SAME = {
    "a comment": ("total = start  # so far", "# The sum.\n    total = start"),
    "a removed comment": ("  # so far", ""),
    "a module's docstring": ("What the module has.", "What it has."),
    "a removed docstring of a module": ('"""What the module has."""', ""),
    "a class's docstring": ('"""A point."""', '"""A point of a plane."""'),
    "a removed docstring of a function": ('    """Return the mean."""\n', ""),
    "a body that is a docstring": ('    """It is wrong."""', "    pass"),
    "a note below a field": ("    x: int\n", '    x: int\n    """From the left."""\n'),
    "quotes": ('"SHOWN"', "'SHOWN'"),
    "brackets": ("total / len(values)", "(\n        (total)\n        / len(\n            values,\n        )\n    )"),
    "blank lines": ("    for value", "\n\n    for value"),
    "a number's notation": ("> 9", "> 0x9"),
    "the hint of an argument": ("values: list[float]", "values: Sequence[float]"),
    "the hint of a return value": ("start: float = 0.0) -> float:", "start: float = 0.0):"),
    "the hint of a variable": ("    total = start", "    total: float = start"),
    "the hints of a method": ('by: int) -> "Point":', "by):"),
    "the text of an error": ('"no values"', '"expected a value"'),
    "an error's text with a value": ('WrongError("no values")', 'WrongError(f"{values} has no values")'),
    "the text of an assertion": ('"not a number"', 'f"{total} is not a number"'),
    "a log line": ('f"{len(values)} values", "were added"', 'f"{len(values):,} numbers", "are added"'),
    "text in a function that returns an error": ('"too long"', '"longer than nine"'),
}
OTHER = {
    "an operator": ("total / len(values)", "total // len(values)"),
    "a number": ("> 9", "> 8"),
    "a number's type": ("y: int = 0", "y: int = 0.0"),
    "a boolean for a number": ("y: int = 0", "y: int = False"),
    "bytes for a text": ('"SHOWN"', 'b"SHOWN"'),
    "a text that is looked up": ('"SHOWN"', '"VERBOSE"'),
    "a default": ("start: float = 0.0", "start: float = 1.0"),
    "no default": ("start: float = 0.0", "start: float"),
    "None as a default": ("start: float", "start: float = None, more: float"),
    "the order of statements": ("x: int\n    y: int = 0", "y: int = 0\n    x: int"),
    "a field's type": ("    x: int\n", "    x: ClassVar[int]\n"),
    "a renamed local": ("total = start", "sum_ = start"),
    "a call": ("for value in values", "for value in sorted(values)"),
    "a keyword": ("values: list[float], *, start", "values: list[float], start"),
    "the exception": ('raise WrongError("no values")', 'raise KeyError("no values")'),
    "the condition of an error": ("if not values", "if values is None"),
    "no error": ('raise WrongError("no values")', "return 0.0"),
    "a decorator": ("@dataclass\n", "@dataclass(frozen=True)\n"),
    "an import": ("import os", "import os.path as os"),
    "an indentation": ("    assert total", "        assert total"),
    "a base class": ("WrongError(ValueError)", "WrongError(KeyError)"),
    "a condition in a function that returns an error": ("len(values) > 9", "len(values) > 8"),
}


def form(source):
    return canonical(ast.parse(source))


@pytest.mark.parametrize(("old", "new"), SAME.values(), ids=SAME)
def test_edits_that_no_result_depends_on_keep_the_form(old, new):
    assert BEFORE.count(old) == 1
    assert form(BEFORE.replace(old, new)) == form(BEFORE)


@pytest.mark.parametrize(("old", "new"), OTHER.values(), ids=OTHER)
def test_edits_that_change_the_computation_change_the_form(old, new):
    assert BEFORE.count(old) == 1
    assert form(BEFORE.replace(old, new)) != form(BEFORE)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("y = {None: x}", "y = {**x}"),
        ("def f(*, a=None): ...", "def f(*, a): ..."),
        ("x[a, b]", "x[a], b"),
        ("y = 'a', 'b'", "y = 'ab'"),
        ("y = f'{x}'", "y = f'{x!r}'"),
        ("f'{x:.2f}'", "f'{x:.3f}'"),
        ("f'x{y}'", "f'z{y}'"),
        ("y = '(x)'", "y = x"),
        ("lambda *, a: a", "lambda *, a=None: a"),
        ("1 if x else 2", "2 if x else 1"),
        ("x.a", "x.b"),
        ("y = ...", "y = None"),
        ("(1,)", "[1]"),
        ("print('a', file=target)", "print('b', file=target)"),
        ("x = print('a')", "x = print('b')"),
        ("f('a')", "f('b')"),
        ("f(ValueError, 'a')", "f(ValueError, 'b')"),
        ("if x:\n  pass\nelse:\n  y()", "if x:\n  y()"),
        ("try:\n  x()\nfinally:\n  y()", "try:\n  x()\nexcept KeyError:\n  y()"),
        ("global x", "nonlocal x"),
        ("match x:\n  case None: y()", "match x:\n  case True: y()"),
    ],
)
def test_different_code_has_different_forms(first, second):
    assert form(first) != form(second)


def test_the_form_is_the_same_for_every_version_of_python():
    """A known answer; update it only if the definition of the form changes on purpose."""
    source = BEFORE + textwrap.dedent(
        """
        async def others(a, /, b=None, *c, d, e=1e999, **f):
            async with a as (b, *c), d: pass
            async for x in y: await z
            return [x async for x in y if x], {x: 1 for x in y}, {*a}, {**a, None: 2}, lambda *, k, j=3j: (yield)
        try: del a[1:2, ::3], b.c
        except* (KeyError, ValueError) as error: raise error from None
        else: a @= b
        while (a := b) is not c < 3: continue
        match a:
            case {"k": [1, *_], **rest} | Point(x=-1) as found if rest: x = f"{a!r:>{b}} ü {c=}"
            case None | "t" | b"\\xff": pass
        """
    )
    assert hashlib.sha256(form(source).encode()).hexdigest()[:12] == "e5cab4dda3af"


def imported_files():
    """Return the trees of all files that jobs import, by name."""
    files = {SCRIPTS / f"{script}.py" for script in names()}
    for script in names():
        for entry in code_digest.code(SCRIPTS / f"{script}.py", MEMBERS.get(script, ())):
            file = code_digest.PACKAGE / entry.split(" ")[0]
            if file.suffix == ".py" and file.is_file():
                files.add(file)
    return {file.name: ast.parse(file.read_text(encoding="utf-8")) for file in sorted(files)}


def test_no_job_reads_the_type_hints_of_functions_or_its_docstrings():
    """They are not part of a file's form, so nothing may depend on them."""
    readers = re.compile(
        r"\b(singledispatch\w*|validate_call|get_annotations|inspect\.signature|getdoc)\b|\.__annotations__"
    )
    for name, tree in imported_files().items():
        assert not readers.search(ast.unparse(tree)), name


def test_messages_go_only_into_errors_and_logs():
    """A returned `Message` is not part of a file's form, so no result may contain it."""
    trees = imported_files()
    messages = {
        node.name
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.returns and ast.unparse(node.returns) == "Message"
    }
    assert {"remedy", "hint"} <= messages
    for file, tree in trees.items():
        in_messages = {id(node) for outer in ast.walk(tree) if holds_message(outer) for node in ast.walk(outer)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in messages:
                assert id(node) in in_messages, f"{file}, line {node.lineno}: {ast.unparse(node)}"


def holds_message(node):
    """Return whether all strings below a node are the text of an error or a log line."""
    match node:
        case ast.Raise():
            return True
        case ast.FunctionDef(returns=ast.expr() as returned):
            return re.search(r"(Error|Message)$", ast.unparse(returned)) is not None
        case ast.Call(func=function):
            return re.search(r"(Error|^print|\.report|\.exit)$", ast.unparse(function)) is not None
    return False
