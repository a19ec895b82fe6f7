"""The config against its JSON schema: each mistake in one line, with its key, its value and what was meant."""

import json
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators

from quantshift.configuration.lines import dotted, shown
from quantshift.core import members

# JSON schema takes 1.0 for an integer; here it would become a path's 1.0, or a count that range() does not take.
STRICT = Draft202012Validator.TYPE_CHECKER.redefine(
    "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
)


def _pattern(validator: Any, pattern: str, value: Any, schema: Any) -> Iterator[ValidationError]:
    """Check a text against a pattern of ECMAScript, where `$` matches only the end and not before a last line break."""
    if isinstance(value, str) and not re.search(re.sub(r"(?<!\\)\$\Z", r"\\Z", pattern), value):
        yield ValidationError("does not match")


def _unique(validator: Any, wanted: bool, value: Any, schema: Any) -> Iterator[ValidationError]:
    """Check that no entry occurs twice in a list; jsonschema compares all pairs where entries cannot be sorted."""
    entries = value if wanted and isinstance(value, list) else []
    if len({json.dumps(entry, sort_keys=True, default=str) for entry in entries}) < len(entries):
        yield ValidationError("has an entry twice")


Validator = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _pattern, "uniqueItems": _unique}, type_checker=STRICT
)
# Python does not print numbers of more than 4,300 digits.
MOST_BITS = 3400
WORDS = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}


def unwritable(value: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    """Yield a line for each key and value that the files of a study cannot hold.

    These are keys that are not texts, numbers that are infinite, NaN or too long, and texts with characters that text
    files do not have.
    """
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                yield f"{dotted(path) or 'the config'} has the key {key!r}: expected a text; put it in quotes"
            elif odd := odd_characters(key):
                yield f"{dotted(path) or 'the config'} has the key {shown(key)}: expected a text without {odd}"
            else:
                yield from unwritable(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from unwritable(item, (*path, index))
    elif isinstance(value, float) and not math.isfinite(value):
        yield f"{dotted(path)} = {value}: expected a finite number"
    elif isinstance(value, int) and value.bit_length() > MOST_BITS:
        yield f"{dotted(path)} is a number of more than a thousand digits: expected a shorter one"
    elif isinstance(value, str) and (odd := odd_characters(value)):
        yield f"{dotted(path)} = {shown(value)}: expected a text without {odd}"


def odd_characters(text: str) -> str:
    """Return in words which characters of a text do not belong in a text file; line breaks and tabs do.

    >>> odd_characters("café\\n"), odd_characters("a\\x00"), odd_characters("\\ud800")
    ('', 'control characters', 'halves of surrogate pairs')
    """
    kinds = {unicodedata.category(character) for character in text if character not in "\n\t"}
    return "halves of surrogate pairs" if "Cs" in kinds else "control characters" if "Cc" in kinds else ""


def violations(value: Any, schema: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[str]:
    """Yield a line for each violation of a JSON schema by `value`, which stands at `path` in the config."""
    for error in Validator(schema).iter_errors(value):
        yield from explain(error, (*path, *error.absolute_path))


def explain(error: ValidationError, path: tuple[str | int, ...]) -> Iterator[str]:
    """Yield the lines that explain one violation."""
    key = dotted(path)
    rule: Any = error.validator_value
    schema: Any = error.schema
    given: Any = error.instance
    about = f" ({schema['description']})" if "description" in schema else ""
    value = shown(given)
    named = "propertyNames" in error.absolute_schema_path
    match error.validator:
        case "additionalProperties":
            known = list(schema["properties"])
            for name in sorted(set(given) - set(known)):
                yield f"{dotted((*path, name))} = {shown(given[name])}: unknown key; {members.hint(name, known)}"
        case "required":
            missing = [name for name in rule if name not in given]
            yield f"{key or 'the config'} lacks the key {', '.join(missing)}"
        case "type":
            wanted = [WORDS[name] for name in ([rule] if isinstance(rule, str) else rule)]
            hint = "; YAML takes 1e-3 for a text: write 0.001 or 1.0e-3" if numeric(given) else ""
            yield f"{key} = {value}: expected {' or '.join(wanted)}{about}{hint}"
        case "enum":
            known = [str(choice) for choice in rule]
            yield f"{key} = {value}: {members.hint(str(given), known)}{about}"
        case "minimum":
            yield f"{key} = {value}: expected at least {rule}{about}"
        case "exclusiveMinimum":
            yield f"{key} = {value}: expected more than {rule}{about}"
        case "maximum":
            yield f"{key} = {value}: expected at most {rule}{about}"
        case "minItems" | "minLength":
            yield f"{key} is empty: expected at least one entry{about}"
        case "maxItems" | "maxProperties":
            yield f"{key} has {len(given)} entries: expected at most {rule}{about}"
        case "maxLength" if named:
            yield f"{key} has the name {value} of {len(given)} characters: expected at most {rule}{about}"
        case "maxLength":
            yield f"{key} = {value}, {len(given)} characters: expected at most {rule}{about}"
        case "uniqueItems":
            yield f"{key} = {value}: an entry occurs twice"
        case "pattern" if named:
            expected = "lower-case letters, digits and underscores, starting with a letter"
            yield f"{key or 'the config'} has the name {value}: expected {expected}"
        case "pattern":
            yield f"{key} = {value}: expected a text of one line{about}"
        case _:
            yield f"{key} = {value}: {error.message}{about}"


def numeric(given: Any) -> bool:
    """Return whether a text is a number with an exponent, which YAML reads as a text without a point or the sign.

    >>> numeric("1e-3"), numeric("1.0e3"), numeric("many"), numeric(3)
    (True, True, False, False)
    """
    return isinstance(given, str) and re.fullmatch(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+", given) is not None
