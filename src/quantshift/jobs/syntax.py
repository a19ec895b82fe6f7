"""The canonical form of a Python file: its syntax tree without anything that no result depends on.

Two files have the same form when they differ only in

- layout and comments, which are not in the tree, and docstrings, which only `--help` shows;
- type hints of functions and variables, which no job reads. Annotations in a class body remain, because dataclasses,
  `TypedDict`s and the like are built from them;
- the text of errors and log lines. A job that fails publishes nothing, the text of a caught error goes into another
  error or a log, and a log is not a result. The form omits string constants and f-strings in `raise` and `assert`, in
  calls of exceptions (names that end in ``Error``), in statements that call a function in `LOGGING`, and in functions
  that are declared to return an exception or a `quantshift.core.errors.Message`. Which exception is raised, and when,
  remains part of the form.

All names remain, even those of local variables: to decide which names are visible from outside (keywords, attributes,
closures) needs a scope analysis, and a mistake in it would leave an outdated result in place. A file with a renamed
local variable counts as changed.

The form is not `ast.dump`, whose text differs between versions of Python. It omits empty fields and escapes strings to
ASCII, so that Python 3.11 and later agree on every file that all of them can parse. Standard library only.
"""

import ast
from collections.abc import Callable, Iterator
from typing import Final

# Functions that write to a job's log or end the job with a message: the last part of their names.
LOGGING = frozenset({"print", "report", "warn", "warning", "info", "debug", "exit"})
# The type of functions that return the wording of a message.
MESSAGE = "Message"
# Fields that repeat the node's position in the tree, or that do not affect execution.
UNREAD = frozenset({"ctx", "kind", "type_comment", "type_ignores", "returns"})
TEXT: Final = "text"


def canonical(tree: ast.AST) -> str:
    """Return a syntax tree as text, equal for two trees that compute the same results by the same steps.

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
    """Yield all statements of a tree, including those in functions and branches: far fewer nodes than `ast.walk`."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            for item in getattr(node, name, None) or ():
                if isinstance(item, ast.stmt):
                    yield item
                waiting.append(item)


def _write(node: ast.AST, write: Callable[[str], None], in_message: bool, in_class_body: bool) -> None:
    """Write a node and its descendants.

    Args:
        node: the node.
        write: function that receives the next piece of text.
        in_message: whether strings are the text of a message.
        in_class_body: whether the node is a statement of a class body.
    """
    kind = type(node)
    if kind is ast.AnnAssign and not in_class_body and node.value is not None:  # type: ignore[attr-defined]
        # Without its type hint, this is an ordinary assignment.
        node = ast.Assign(targets=[node.target], value=node.value)  # type: ignore[attr-defined]
        kind = ast.Assign
    # Only statements directly in a class body, or in a branch of it, declare fields.
    children_in_class_body = kind is ast.ClassDef or (
        in_class_body and kind not in (ast.FunctionDef, ast.AsyncFunctionDef)
    )
    in_message = in_message or (kind in _MESSAGE_NODES and _holds_message(node))
    write(f"({kind.__name__}")
    for name in _fields(kind):
        value = getattr(node, name, None)
        if value is None or value == [] or (name == "annotation" and not in_class_body):
            continue
        write(f" {name}=")
        in_text = in_message or name == "msg"  # of `assert`
        for item in value if type(value) is list else (value,):
            item_kind = type(item)
            if item_kind is ast.Name:
                write(f"({item.id})")
            elif item_kind is ast.Constant:
                if kind is not ast.JoinedStr or item.value:  # Python 3.12 ends some formats with an empty string
                    write(TEXT if in_text and type(item.value) is str else f"<{item.value!a}>")
            elif item_kind is ast.JoinedStr and in_text:
                write(TEXT)
            elif not isinstance(item, ast.AST):
                write(f"[{item!a}]")  # a name or number of the node, or the absent default of a keyword
            elif not _does_nothing(item):
                _write(item, write, in_text, children_in_class_body)
    write(")")


def _fields(kind: type[ast.AST]) -> list[str]:
    """Return the fields of a kind of node that are part of the form."""
    fields = _FIELDS.get(kind)
    if fields is None:
        fields = _FIELDS[kind] = sorted(set(kind._fields) - UNREAD)
    return fields


# The kinds of nodes that `_holds_message` handles.
_MESSAGE_NODES = frozenset({ast.Raise, ast.Call, ast.Expr, ast.FunctionDef})
_FIELDS: dict[type[ast.AST], list[str]] = {}


def _does_nothing(node: ast.AST) -> bool:
    """Return whether a statement does nothing: `pass`, a docstring or another constant."""
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _holds_message(node: ast.AST) -> bool:
    """Return whether the strings below a node are the text of an error or a log line."""
    match node:
        case ast.Raise():
            return True
        case ast.Call(func=function):
            return _last_name(function).endswith("Error")
        case ast.Expr(value=ast.Call(func=function, keywords=keywords)):
            # Text that is printed to a file may be a result.
            to_file = any(keyword.arg == "file" and ast.unparse(keyword.value) != "sys.stderr" for keyword in keywords)
            return _last_name(function) in LOGGING and not to_file
        case ast.FunctionDef(returns=ast.expr() as returned):
            name = _last_name(returned)
            return name == MESSAGE or name.endswith("Error")
    return False


def _last_name(node: ast.expr) -> str:
    """Return the last part of a dotted name, or an empty string for any other expression."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
