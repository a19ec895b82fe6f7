"""Records that jobs hand on as JSON: what each kind must hold is a `TypedDict`, which is checked when one is read.

A record carries the CRC-32 of what it says and of its place among the results under `CHECKSUM` (see
`quantshift.storage.checksums`). It may say more than a reader knows of. Standard library only.
"""

import json
import math
import os
import types
import typing
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NotRequired, Required, TypeVar, Union, get_args, get_origin, get_type_hints

from quantshift.storage.files import damaged, place, read_json, write_json

Path = str | os.PathLike[str]
T = TypeVar("T")

CHECKSUM = "crc32"


def write_record(path: Path, record: Mapping[str, Any]) -> None:
    """Write a record as JSON, with its checksum."""
    write_json(path, {**record, CHECKSUM: _checksum(record, path)})


def read_as(path: Path, kind: type[T], name: str) -> T:
    """Read a JSON file that holds something of a kind (see `faults`).

    Args:
        path: the file.
        kind: what it must hold.
        name: what it is, for the message, such as ``the record of a run``.

    Raises:
        QuantshiftError: the file is missing or damaged, or holds something else.
    """
    found = read_json(path)
    if fault := next(faults(found, kind), None):
        raise damaged(path, name, ValueError(fault))
    return typing.cast(T, found)


def read_record(path: Path, kind: type[T], name: str) -> T:
    """Read a record, without its checksum.

    Args:
        path: the JSON file.
        kind: what it must hold: a `TypedDict`, or a dict of values of one kind.
        name: what the record is, for the message, such as ``the record of a training``.

    Raises:
        QuantshiftError: the file is missing or damaged, holds something else or is a copy of another one.
    """
    found: dict[str, Any] = read_as(path, dict[str, Any], name)
    checksum = found.pop(CHECKSUM, None)
    if fault := next(faults(found, kind), None):
        raise damaged(path, name, ValueError(fault))
    if (checksum is not None or place(path)) and checksum != _checksum(found, path):
        reason = "is missing" if checksum is None else "does not match: it was changed, or is a copy of another file"
        raise damaged(path, name, ValueError(f"its {CHECKSUM} {reason}"))
    return typing.cast(T, found)


def faults(value: Any, kind: Any, where: str = "") -> Iterator[str]:
    """Yield what is wrong with a value that was read from JSON, where it is not of a kind.

    Kinds are bool, int, float (finite), str, None, Any, `list[...]`, `dict[str, ...]`, unions and `TypedDict`s.

    >>> list(faults({"scale": "1"}, dict[str, float]))
    ['scale is a text, expected a number']
    """
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return
    if origin in (Required, NotRequired):
        yield from faults(value, arguments[0], where)
    elif origin in (Union, types.UnionType):
        found = [list(faults(value, option, where)) for option in arguments]
        if all(found):
            yield found[0][0]
    elif typing.is_typeddict(kind) or origin is dict:
        if not isinstance(value, dict):
            yield _wrong(value, "an object", where)
        elif origin is dict:
            for key, item in value.items():
                yield from faults(item, arguments[1], _inside(where, key))
        else:
            for key, expected in get_type_hints(kind, include_extras=True).items():
                if key in value:
                    yield from faults(value[key], expected, _inside(where, key))
                elif key in kind.__required_keys__:
                    yield f"{_inside(where, key)} is missing"
    elif origin is list:
        if not isinstance(value, list):
            yield _wrong(value, "a list", where)
        else:
            for number, item in enumerate(value):
                yield from faults(item, arguments[0], f"{where}[{number}]")
    elif not _fits(value, kind):
        yield _wrong(value, NAMES[kind], where)


NAMES: dict[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def _fits(value: Any, kind: Any) -> bool:
    if kind is float:
        return type(value) in (int, float) and math.isfinite(value)
    return type(value) is kind


def _wrong(value: Any, expected: str, where: str) -> str:
    return f"{where or 'it'} is {_type(value)}, expected {expected}"


def _type(value: Any) -> str:
    return "not finite" if type(value) is float and not math.isfinite(value) else NAMES[type(value)]


def _inside(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _checksum(record: Mapping[str, Any], path: Path) -> str:
    text = json.dumps(record, sort_keys=True, ensure_ascii=True)
    return f"{zlib.crc32(place(path).encode(), zlib.crc32(text.encode())):08x}"
