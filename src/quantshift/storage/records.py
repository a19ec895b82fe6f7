"""Records that jobs exchange as JSON. A `TypedDict` describes each kind and is checked when a record is read.

A record stores the CRC-32 of its content and of its path in the results under `CHECKSUM` (see
`quantshift.storage.checksums`). It may have keys that a reader does not use. Standard library only.
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
    """Read a JSON file and check its type (see `faults`).

    Args:
        path: the file.
        kind: expected type.
        name: description of the file for error messages, such as ``the record of a run``.

    Raises:
        QuantshiftError: the file is missing or damaged, or its content has another type.
    """
    value = read_json(path)
    if fault := next(faults(value, kind), None):
        raise damaged(path, name, ValueError(fault))
    return typing.cast(T, value)


def read_record(path: Path, kind: type[T], name: str) -> T:
    """Read a record, verify its checksum, and return it without the checksum.

    Args:
        path: the JSON file.
        kind: expected type: a `TypedDict`, or a dict whose values have one type.
        name: description of the record for error messages, such as ``the record of a training``.

    Raises:
        QuantshiftError: the file is missing or damaged, has another type, or is a copy of another file.
    """
    record: dict[str, Any] = read_as(path, dict[str, Any], name)
    checksum = record.pop(CHECKSUM, None)
    if fault := next(faults(record, kind), None):
        raise damaged(path, name, ValueError(fault))
    if (checksum is not None or place(path)) and checksum != _checksum(record, path):
        reason = "is missing" if checksum is None else "does not match: it was changed, or is a copy of another file"
        raise damaged(path, name, ValueError(f"its {CHECKSUM} {reason}"))
    return typing.cast(T, record)


def faults(value: Any, kind: Any, where: str = "") -> Iterator[str]:
    """Yield the differences between a value from JSON and an expected type.

    Types are bool, int, float (finite), str, None, Any, `list[...]`, `dict[str, ...]`, unions and `TypedDict`s.

    >>> list(faults({"scale": "1"}, dict[str, float]))
    ['scale is a string, expected a number']
    """
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return
    if origin in (Required, NotRequired):
        yield from faults(value, arguments[0], where)
    elif origin in (Union, types.UnionType):
        faults_by_option = [list(faults(value, option, where)) for option in arguments]
        if all(faults_by_option):
            yield faults_by_option[0][0]
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
    str: "a string",
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
