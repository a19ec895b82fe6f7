"""What a Python file computes, apart from how it is written: its syntax tree in a form of our own.

Two files have the same form when they differ only in what no result depends on:

- layout and comments, which the tree does not have, and docstrings, which only `--help` shows;
- type hints of functions and variables: nothing in a job reads them. The annotations in a class body stay, since
  dataclasses, `TypedDict`s and the like are made from them;
- the text of errors and of log lines: a job that ends with an error publishes nothing, the text of an error that is
  caught goes into another error or a log, and a log is no result. Left out are string constants and f-strings in
  `raise` and `assert`, in calls of exceptions (names that end in ``Error``), in statements that call a function of
  `LOGGING`, and in functions that are declared to return an exception or a `quantshift.core.errors.Message`. Which
  exception is raised, and when, stays.

Names stay, those of local variables too: which of them are seen from outside (keywords, attributes, closures) takes an
analysis of scopes, and a mistake in it would leave an outdated result in place. A renamed local is a changed file.

The form is not `ast.dump`, whose text differs between versions of Python: fields that are empty are left out, and
strings are escaped to ASCII, so that Python 3.11 and later agree on what all of them can parse. Standard library only.
"""

import ast
from collections.abc import Callable, Iterator
from typing import Final

# Functions that write to a job's log or end the job with a message, by their last name.
LOGGING = frozenset({"print", "report", "warn", "warning", "info", "debug", "exit"})
# The type of functions that return the wording of a message.
MESSAGE = "Message"
# Fields that say the same as the node's place, or nothing that is run.
UNREAD = frozenset({"ctx", "kind", "type_comment", "type_ignores", "returns"})
TEXT: Final = "text"


def canonical(tree: ast.AST) -> str:
    """Return a syntax tree as text that is equal for trees that compute the same by the same steps.

    >>> canonical(ast.parse("x = (1 +\\n 2)  # three")) == canonical(ast.parse('"A number."; x: int = 1 + 2'))
    True
    >>> canonical(ast.parse("raise ValueError('wrong')")) == canonical(ast.parse("raise ValueError(f'{x} is wrong')"))
    True
    >>> canonical(ast.parse("x = 'wrong'")) == canonical(ast.parse("x = 'false'"))
    False
    """
    pieces: list[str] = []
    _write(tree, pieces.append, False, False)
    return "".join(pieces)


def statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Yield all statements of a tree, those in functions and branches too; a fraction of the nodes of `ast.walk`."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            for item in getattr(node, name, None) or ():
                if isinstance(item, ast.stmt):
                    yield item
                waiting.append(item)


def _write(node: ast.AST, put: Callable[[str], None], silent: bool, of_class: bool) -> None:
    """Write a node and what is below it.

    Args:
        node: the node.
        put: takes the next piece of text.
        silent: whether strings are the text of a message.
        of_class: whether the node is a statement of a class body.
    """
    kind = type(node)
    if kind is ast.AnnAssign and not of_class and node.value is not None:  # type: ignore[attr-defined]
        # Its hint apart, it is an assignment like any other.
        node = ast.Assign(targets=[node.target], value=node.value)  # type: ignore[attr-defined]
        kind = ast.Assign
    # Only the statements of a class body itself, or of a branch in it, declare its fields.
    inside = kind is ast.ClassDef or (of_class and kind not in (ast.FunctionDef, ast.AsyncFunctionDef))
    silent = silent or (kind in _SPEAKING and _silences(node))
    put(f"({kind.__name__}")
    for name in _fields(kind):
        value = getattr(node, name, None)
        if value is None or value == [] or (name == "annotation" and not of_class):
            continue
        put(f" {name}=")
        quiet = silent or name == "msg"  # of `assert`
        for item in value if type(value) is list else (value,):
            of_item = type(item)
            if of_item is ast.Name:
                put(f"({item.id})")
            elif of_item is ast.Constant:
                if kind is not ast.JoinedStr or item.value:  # Python 3.12 ends some formats with an empty text
                    put(TEXT if quiet and type(item.value) is str else f"<{item.value!a}>")
            elif of_item is ast.JoinedStr and quiet:
                put(TEXT)
            elif not isinstance(item, ast.AST):
                put(f"[{item!a}]")  # a name or number of the node, or the absent default of a keyword
            elif not _idle(item):
                _write(item, put, quiet, inside)
    put(")")


def _fields(kind: type[ast.AST]) -> list[str]:
    """Return the fields of a kind of node that are part of its form."""
    found = _FIELDS.get(kind)
    if found is None:
        found = _FIELDS[kind] = sorted(set(kind._fields) - UNREAD)
    return found


# The kinds of nodes that `_silences` knows.
_SPEAKING = frozenset({ast.Raise, ast.Call, ast.Expr, ast.FunctionDef})
_FIELDS: dict[type[ast.AST], list[str]] = {}


def _idle(node: ast.AST) -> bool:
    """Return whether a statement does nothing: `pass`, a docstring or another constant."""
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _silences(node: ast.AST) -> bool:
    """Return whether the strings below a node are the text of an error or of a log."""
    match node:
        case ast.Raise():
            return True
        case ast.Call(func=function):
            return _last_name(function).endswith("Error")
        case ast.Expr(value=ast.Call(func=function, keywords=keywords)):
            # What is printed to a file may be a result.
            to_file = any(keyword.arg == "file" and ast.unparse(keyword.value) != "sys.stderr" for keyword in keywords)
            return _last_name(function) in LOGGING and not to_file
        case ast.FunctionDef(returns=ast.expr() as returned):
            name = _last_name(returned)
            return name == MESSAGE or name.endswith("Error")
    return False


def _last_name(node: ast.expr) -> str:
    """Return the name of a function or class, without what it is an attribute of; empty for another expression."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
