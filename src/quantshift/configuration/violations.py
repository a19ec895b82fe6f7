"""The config against the model of its keys: each mistake in one line, with its key, its value and what was meant."""

import re
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from quantshift.configuration.lines import dotted, shown
from quantshift.configuration.shape import Schema, shape
from quantshift.core import members

Path = tuple[str | int, ...]

# How pydantic marks a mistake in the name of a mapping's entry.
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
    """Yield a line for each violation of a model by `value`, which stands at `path` in the config."""
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
        place, given = mistake["loc"], mistake["input"]
        if mistake["type"] == "missing":
            # One line for all keys that a mapping lacks.
            if names := missing.pop(place[:-1], []):
                yield f"{dotted((*path, *place[:-1])) or 'the config'} lacks the key {', '.join(names)}"
        elif mistake["type"] == "extra_forbidden":
            known = list(part(schema, place[:-1])["properties"])
            name = str(place[-1])
            yield f"{dotted((*path, *place))} = {shown(given)}: unknown key; {members.hint(name, known)}"
        elif place[-1:] == (NAME,) and mistake["type"].startswith("string"):
            key, about = dotted((*path, *place[:-2])), part(schema, place[:-2])["propertyNames"]
            yield f"{key or 'the config'} has the name {shown(given)}{wrong_name(mistake['type'], given, about)}"
        else:
            yield f"{dotted((*path, *place))}{wrong_value(mistake['type'], given, part(schema, place))}"


def part(schema: Schema, place: Path) -> Schema:
    """Return the part of a schema that is about the value at a place."""
    for step in place:
        named = schema.get("properties", {})
        schema = schema["items"] if isinstance(step, int) else named.get(step, schema["additionalProperties"])
    return schema


def wrong_name(mistake: str, given: str, about: Schema) -> str:
    """Return the end of a line on the name of a mapping's entry."""
    if mistake == "string_too_long":
        return f" of {len(given)} characters: expected at most {about['maxLength']}{reason(about)}"
    return ": expected lower-case letters, digits and underscores, starting with a letter"


def wrong_value(mistake: str, given: Any, about: Schema) -> str:
    """Return the end of a line on a value, after its key.

    Args:
        mistake: pydantic's name of the mistake.
        given: the value.
        about: the part of the schema that it violates.
    """
    why = reason(about)
    match mistake:
        case "literal_error":
            expected = members.hint(str(given), [str(choice) for choice in about["enum"]])
        case "greater_than_equal":
            expected = f"expected at least {about['minimum']}"
        case "greater_than":
            expected = f"expected more than {about['exclusiveMinimum']}"
        case "less_than_equal":
            expected = f"expected at most {about['maximum']}"
        case "too_short" | "string_too_short":
            return f" is empty: expected at least one entry{why}"
        case "too_long":
            return (
                f" has {len(given)} entries: expected at most {about.get('maxItems', about.get('maxProperties'))}{why}"
            )
        case "string_too_long":
            return f" = {shown(given)}, {len(given)} characters: expected at most {about['maxLength']}{why}"
        case "twice":
            return f" = {shown(given)}: an entry occurs twice"
        case "string_pattern_mismatch":
            expected = "expected a single line of text"
        case _:
            kinds = [about["type"]] if isinstance(about["type"], str) else about["type"]
            expected = f"expected {' or '.join(WORDS[kind] for kind in kinds)}"
            why += "; YAML takes 1e-3 for a text: write 0.001 or 1.0e-3" if numeric(given) else ""
    return f" = {shown(given)}: {expected}{why}"


def reason(about: Schema) -> str:
    """Return in brackets the first sentence of a description, without its marks of Markdown.

    >>> reason({"description": "test inputs; `null`: all. The first ones are used"}), reason({})
    (' (test inputs; null: all)', '')
    """
    sentence = about.get("description", "").partition(". ")[0].replace("`", "")
    return f" ({sentence})" if sentence else ""


def numeric(given: Any) -> bool:
    """Return whether a text is a number with an exponent, which YAML reads as a text without a point or the sign.

    >>> numeric("1e-3"), numeric("1.0e3"), numeric("many"), numeric(3)
    (True, True, False, False)
    """
    return isinstance(given, str) and re.fullmatch(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+", given) is not None
