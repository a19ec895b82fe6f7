"""Check the config against the model of its keys; each mistake is one line with the key, its value and the remedy."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from quantshift.configuration.lines import as_json, dotted
from quantshift.configuration.shape import Schema, shape
from quantshift.core import members

Path = tuple[str | int, ...]

# pydantic's mark of a mistake in the name of a mapping's entry.
NAME = "[key]"
WORDS = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a string",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}


def violations(value: Any, model: type[BaseModel], path: Path) -> Iterator[str]:
    """Yield a line for each violation of a model by `value`, which is at `path` in the config."""
    try:
        model.model_validate(value)
    except ValidationError as error:
        mistakes = error.errors(include_url=False)
    else:
        return
    schema = shape(model)
    missing: dict[Path, list[str]] = {}
    for mistake in mistakes:
        if mistake["type"] == "missing":
            missing.setdefault(mistake["loc"][:-1], []).append(str(mistake["loc"][-1]))
    for mistake in mistakes:
        place, actual = mistake["loc"], mistake["input"]
        if mistake["type"] == "missing":
            # One line for all keys that a mapping lacks.
            if names := missing.pop(place[:-1], []):
                yield f"{dotted((*path, *place[:-1])) or 'the config'} lacks the key {', '.join(names)}"
        elif mistake["type"] == "extra_forbidden":
            known = list(part(schema, place[:-1])["properties"])
            name = str(place[-1])
            yield f"{dotted((*path, *place))} = {as_json(actual)}: unknown key; {members.hint(name, known)}"
        elif place[-1:] == (NAME,) and mistake["type"].startswith("string"):
            key, limits = dotted((*path, *place[:-2])), part(schema, place[:-2])["propertyNames"]
            yield f"{key or 'the config'} has the name {as_json(actual)}{wrong_name(mistake['type'], actual, limits)}"
        else:
            yield f"{dotted((*path, *place))}{wrong_value(mistake['type'], actual, part(schema, place))}"


def part(schema: Schema, place: Path) -> Schema:
    """Return the part of a schema that describes the value at a place."""
    for step in place:
        named = schema.get("properties", {})
        schema = schema["items"] if isinstance(step, int) else named.get(step, schema["additionalProperties"])
    return schema


def wrong_name(mistake: str, actual: str, limits: Schema) -> str:
    """Return the end of a line about the name of a mapping's entry."""
    if mistake == "string_too_long":
        return f" of {len(actual)} characters: expected at most {limits['maxLength']}{reason(limits)}"
    return ": expected lower-case letters, digits and underscores, starting with a letter"


def wrong_value(mistake: str, actual: Any, limits: Schema) -> str:
    """Return the end of a line about a value, after its key.

    Args:
        mistake: pydantic's name of the mistake.
        actual: the value.
        limits: the part of the schema that it violates.
    """
    why = reason(limits)
    match mistake:
        case "literal_error":
            expected = members.hint(str(actual), [str(choice) for choice in limits["enum"]])
        case "greater_than_equal":
            expected = f"expected at least {limits['minimum']}"
        case "greater_than":
            expected = f"expected more than {limits['exclusiveMinimum']}"
        case "less_than_equal":
            expected = f"expected at most {limits['maximum']}"
        case "too_short" | "string_too_short":
            return f" is empty: expected at least one entry{why}"
        case "too_long":
            most = limits.get("maxItems", limits.get("maxProperties"))
            return f" has {len(actual)} entries: expected at most {most}{why}"
        case "string_too_long":
            return f" = {as_json(actual)}, {len(actual)} characters: expected at most {limits['maxLength']}{why}"
        case "twice":
            return f" = {as_json(actual)}: an entry occurs twice"
        case "string_pattern_mismatch":
            expected = "expected a single line of text"
        case _:
            kinds = [limits["type"]] if isinstance(limits["type"], str) else limits["type"]
            expected = f"expected {' or '.join(WORDS[kind] for kind in kinds)}"
            why += "; YAML reads 1e-3 as a string: write 0.001 or 1.0e-3" if numeric(actual) else ""
    return f" = {as_json(actual)}: {expected}{why}"


def reason(limits: Schema) -> str:
    """Return the first sentence of a description in brackets, without Markdown.

    >>> reason({"description": "test inputs; `null`: all. The first ones are used"}), reason({})
    (' (test inputs; null: all)', '')
    """
    sentence = limits.get("description", "").partition(". ")[0].replace("`", "")
    return f" ({sentence})" if sentence else ""


def numeric(actual: Any) -> bool:
    """Return whether a string is a number with an exponent, which YAML reads as a string without a point or sign.

    >>> numeric("1e-3"), numeric("1.0e3"), numeric("many"), numeric(3)
    (True, True, False, False)
    """
    return isinstance(actual, str) and re.fullmatch(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+", actual) is not None
