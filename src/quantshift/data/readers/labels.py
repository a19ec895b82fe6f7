"""Labels and groups of a user's samples, from integers or texts."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.expected import quoted
from quantshift.data.readers.given import Groups, Labels

INTEGER = re.compile(r"[+-]?[0-9]+")
MAX_INTEGER = 2**63 - 1

# Values of a column: texts, or an array of any type.
Values = Sequence[str] | NDArray[Any]


def to_labels(values: Values, count: int, where: str, names: Sequence[str] | None = None) -> Labels:
    """Return the labels of n samples.

    Integers are classes. Texts are names of classes if they are not integers; the classes are in the order of `names`,
    or sorted.

    Args:
        values: a label for each sample.
        count: number of samples.
        where: file and column in messages.
        names: names of all classes, in the order of the model's classes, or None.

    Raises:
        QuantshiftError: the number of labels is wrong, or a label is neither a class nor the name of one.
    """
    array = _one_for_each(values, count, where, "label")
    if array.dtype.kind == "U":
        texts = [text.strip() for text in array.tolist()]
        if names is not None and set(texts) <= set(names):
            return _named(texts, names)
        _reject_missing(texts, where, "label")
        if not any(is_number(text) for text in texts):
            if names is not None:
                unknown = next(text for text in texts if text not in names)
                raise QuantshiftError(
                    f"{where} holds the label {unknown!r}, which is not among the names of the classes, "
                    f"{quoted(names)}: add it to the file of names (--names, or names in the config) or correct the "
                    "label"
                )
            return _named(texts, sorted(set(texts)))
        array = _integers(texts, where)
    elif array.dtype.kind not in "biu":
        raise QuantshiftError(
            f"{where} holds labels of type {array.dtype}, expected integers from 0 or names of classes: save them as "
            "int64"
        )
    return Labels(_classes(array, where, names), None if names is None else tuple(names))


def to_groups(values: Values, count: int, where: str) -> Groups:
    """Return the groups of n samples: integers, or any texts.

    Raises:
        QuantshiftError: the number of groups is wrong, or a group is empty or not an integer or a text.
    """
    array = _one_for_each(values, count, where, "group")
    if array.dtype.kind == "U":
        texts = array.tolist()
        _reject_missing(texts, where, "group")
        if not all(_is_integer(text) for text in texts):
            names, numbers = np.unique(array, return_inverse=True)
            return Groups(numbers.astype(np.int64), tuple(names.tolist()))
        array = np.array([int(text) for text in texts], dtype=np.int64)
    elif array.dtype.kind not in "biu" or int(array.max()) > MAX_INTEGER:
        raise QuantshiftError(
            f"{where} holds groups of type {array.dtype}, expected integers or texts: save them as int64 or as texts"
        )
    return Groups(array.astype(np.int64), None)


def read_names(path: Path) -> tuple[str, ...]:
    """Read the names of a model's classes: a text file with one per line, in the order of the classes.

    Raises:
        QuantshiftError: the file is missing, is no text, or has an empty or a repeated line.
    """
    names = read_lines(path)
    for number, name in enumerate(names, start=1):
        if not name:
            raise QuantshiftError(f"{path}, line {number}, is empty: expected the name of class {number - 1}")
        if names.index(name) != number - 1:
            raise QuantshiftError(f"{path} has the class {name!r} twice: give each class a name of its own")
    return tuple(names)


def read_lines(path: Path) -> list[str]:
    """Read the lines of a UTF-8 file, without blanks around them and without empty lines at its end.

    Raises:
        QuantshiftError: the file is missing, empty, or no text.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is missing" if isinstance(error, FileNotFoundError) else "it is not a UTF-8 text file"
        raise QuantshiftError(f"{path} cannot be read, since {reason}: expected one value per line") from error
    stripped = [line.strip() for line in lines]
    while stripped and not stripped[-1]:
        stripped.pop()
    if not stripped:
        raise QuantshiftError(f"{path} is empty: expected one value per line")
    return stripped


def _one_for_each(values: Values, count: int, where: str, noun: str) -> NDArray[Any]:
    """Return values as an array [n]."""
    array = np.asarray(values)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise QuantshiftError(f"{where} has the shape {list(array.shape)}, expected one {noun} for each sample")
    if len(array) != count:
        raise QuantshiftError(f"{where} has {len(array)} {noun}s for {count} samples: give one {noun} for each sample")
    return array


def _reject_missing(texts: Sequence[str], where: str, noun: str) -> None:
    """Check that no text is empty or `nan`, which other programs write for a missing value."""
    for row, text in enumerate(texts):
        if text.strip().lower() in ("", "nan"):
            raise QuantshiftError(f"{where} has no {noun} in row {row} (counted from 0): give each sample a {noun}")


def _is_integer(text: str) -> bool:
    return INTEGER.fullmatch(text) is not None and abs(int(text[:20])) <= MAX_INTEGER and len(text) <= 20


def is_number(text: str) -> bool:
    """Return whether a text is a number, which is then no name of a class."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _integers(texts: Sequence[str], where: str) -> NDArray[np.int64]:
    """Return labels that are written as numbers."""
    for row, text in enumerate(texts):
        if not _is_integer(text):
            raise QuantshiftError(
                f"{where} has the label {text!r} in row {row} (counted from 0) among numbers, expected integers from "
                "0: give integers, or names of classes that are not numbers"
            )
    return np.array([int(text) for text in texts], dtype=np.int64)


def _classes(array: NDArray[Any], where: str, names: Sequence[str] | None) -> NDArray[np.int64]:
    """Return labels that are classes from 0."""
    low, high = int(array.min()), int(array.max())
    limit = MAX_INTEGER if names is None else len(names) - 1
    if low < 0 or high > limit:
        expected = (
            "integers from 0" if names is None else f"integers from 0 to {limit}, since {len(names)} classes have names"
        )
        raise QuantshiftError(
            f"{where} holds the label {low if low < 0 else high}, expected {expected}: leave out samples without a "
            "class"
        )
    return array.astype(np.int64)


def _named(texts: Sequence[str], names: Sequence[str]) -> Labels:
    places = {name: place for place, name in enumerate(names)}
    return Labels(np.array([places[text] for text in texts], dtype=np.int64), tuple(names))
