"""Generate wrong configs: each property of the schema with each kind of mistake."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from quantshift.configuration.model.values import MAX_NAME

# Names to use for the `*` of the schema's mappings, by mapping.
NAMES = {
    ("artifacts",): "mnist",
    ("datasets",): "mnist",
    ("architectures",): "nin",
    ("suites",): "mnist_c",
    ("suites", "*", "shifts"): "fog",
    ("training",): "mnist",
    ("training", "*"): "qat",
    ("quantizers",): "static_int8",
    ("models",): "mine",
    ("models", "*", "constants"): "gain",
    ("models", "*", "constant_files"): "ids",
    ("data",): "mine",
    ("models", "*", "variants"): "theirs",
    ("data", "*", "shifted"): "night",
    ("data", "*", "texts", "inputs"): "ids",
}
# Mappings whose names are those of a model's inputs, which may be any text.
FREE_NAMES = {
    ("models", "*", "constants"),
    ("models", "*", "constant_files"),
    ("data", "*", "texts", "inputs"),
}
# A user's own model and data, which the default config does not have.
FILES = {"file": "test.npz", "labels": "labels.npy", "groups": "groups.npy"}
IMAGES = {"values": "imagenet", "scale": 1.0, "mean": [0.5], "std": [0.5], "size": [32, 32], "fit": "crop"}
IMAGES |= {"shorter": 40, "filter": "bicubic", "grey": False, "layout": "NCHW", "channels": "BGR"}
IMAGES |= {"orientation": "stored"}
TEXTS = {"tokenizer": "tokenizer.json", "length": 128, "inputs": {"ids": "input_ids"}}
TEXTS |= {"pad_token": "[PAD]", "column": "text"}
EXAMPLE = {
    "models": {
        "mine": {
            "file": "mine.onnx",
            "data": "mine",
            "output": "y",
            "answers": "score",
            "threshold": 0.5,
            "constants": {"gain": 0.5},
            "constant_files": {"ids": "ids.npy"},
            "variants": {"theirs": "q.onnx"},
        }
    },
    "data": {
        "mine": {
            "test": FILES,
            "calibration": FILES,
            "calibration_samples": 100,
            "shifted": {"night": {**FILES, "paired": True}},
            "names": "names.txt",
            "images": IMAGES,
            "texts": TEXTS,
            "table": {"columns": ["a"], "by_column": False, "missing": False},
            "shifts": ["images"],
            "shift_limit": 100,
        }
    },
}
LONG = "abcdefghij" * 25
# Invalid names.
BAD_NAMES = ("", "A", "a b", "a-b", "../a", "é", "a\n", "\na", "a\u2028b", "1a", LONG)
INFINITE = (float("nan"), float("inf"), float("-inf"))


@dataclass(frozen=True)
class Wrong:
    """A wrong config.

    Attributes:
        text: the content of the file.
        key: the key that a line must name.
        value: the value that the same line must show, or "" if there is none.
    """

    text: str
    key: str
    value: str


def wrong_configs(schema: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[Wrong]:
    """Yield wrong configs, each with one mistake, that override the default config."""
    for path, definition in properties(schema):
        names = concrete(path)
        for value in wrong_values(definition):
            yield at_path(names, value)
        if not nullable(definition):
            yield at_path(names, None)
        if path[-1] != "*":
            misspelled = (*names[:-1], f"{names[-1]}s")
            yield at_path(misspelled, value_at(config, names))
    for path in NAMES.keys() - FREE_NAMES:
        place = concrete(path)
        for name in BAD_NAMES:
            shown = json.dumps(name, ensure_ascii=not name.isprintable())[:60]
            yield Wrong(text(place, {name: example(path)}), ".".join(place), shown.rstrip('"'))


def properties(
    schema: Mapping[str, Any], path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield the path and the schema of each property; `*` is any name."""
    inside = dict(schema.get("properties", {}))
    if isinstance(schema.get("additionalProperties"), dict):
        inside["*"] = schema["additionalProperties"]
    for name, definition in inside.items():
        yield (*path, name), definition
        yield from properties(definition, (*path, name))


def concrete(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return a path with a name for each `*`."""
    return tuple(NAMES[path[:place]] if part == "*" else part for place, part in enumerate(path))


def kinds(definition: Mapping[str, Any]) -> set[str]:
    """Return the types that a schema allows."""
    named = definition.get("type", "string" if "enum" in definition else [])
    return {named} if isinstance(named, str) else set(named)


def nullable(definition: Mapping[str, Any]) -> bool:
    """Return whether a property may be null."""
    return "null" in kinds(definition)


def wrong_values(definition: Mapping[str, Any]) -> Iterator[Any]:
    """Yield values that a property may not have."""
    (kind,) = kinds(definition) - {"null"}
    every = {
        "integer": 3,
        "number": 0.5,
        "string": "some text",
        "boolean": True,
        "array": [["a", 1]],
        "object": {"some_key": 1},
    }
    fitting = {"number": {"integer", "number"}}.get(kind, {kind})
    yield from (value for name, value in every.items() if name not in fitting)
    if kind in ("integer", "number"):
        yield from INFINITE
        yield from (10**30, -(10**30), "1e-3")
        yield definition["maximum"] + 1
        yield definition.get("minimum", definition.get("exclusiveMinimum", 0) + 1) - 1
    if "enum" in definition:
        yield from ("", f"{definition['enum'][0]}x", "\ud800", LONG)
    elif kind == "string":
        yield from ("a\x00b", "a\ud800b", LONG * 5)
    if kind == "array":
        yield from wrong_lists(definition)


def wrong_lists(definition: Mapping[str, Any]) -> Iterator[Any]:
    """Yield lists that a property may not have."""
    entries = definition["items"]
    numeric = bool(kinds(entries) & {"integer", "number"})
    good = 1 if numeric else entries.get("enum", ["a"])[0]
    yield from ([None], [good, [good]], [{"a": good}], [True])
    if definition.get("uniqueItems"):
        yield [good, good]
    if definition.get("minItems"):
        yield []
    if kinds(entries) == {"number"}:
        yield from ([10**30], ["1"], [float("nan")])
    elif numeric:
        yield from ([entries["minimum"] - 1], [entries["maximum"] + 1], [10**30], ["1"], [float("nan")])
    else:
        yield from ([LONG * 5], ["a\x07"], [1])
        if entries.get("maxLength") == MAX_NAME:
            yield ["no such name"]


def at_path(path: tuple[str, ...], value: Any) -> Wrong:
    """Return the config with a value at a path."""
    shown = ""
    if isinstance(value, str):
        printable = value.isprintable()
        shown = json.dumps(value, ensure_ascii=not printable)[:60].rstrip('"')
    elif isinstance(value, bool) or value is None or (isinstance(value, int | float) and value not in INFINITE):
        shown = json.dumps(value).replace("NaN", "nan")
    elif isinstance(value, float):
        shown = str(value)
    return Wrong(text(path, value), ".".join(path), shown)


def text(path: tuple[str, ...], value: Any) -> str:
    """Return the content of a file with a value at a path."""
    for part in reversed(path):
        value = {part: value}
    return str(yaml.safe_dump(value, default_flow_style=True, width=10**6))


def value_at(config: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """Return a config's value at a path, or None."""
    value: Any = config
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def example(path: tuple[str, ...]) -> Any:
    """Return a valid value for an entry of a mapping."""
    return {"artifacts": ["file"], "quantizers": {"scheme": "float16"}}.get(
        path[0], [1] if path[-1] == "shifts" else {}
    )
