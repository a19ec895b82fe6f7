"""The config against its JSON schema: each mistake in one line, with its key, its value and what was meant."""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators

from quantshift import members

# JSON schema takes 1.0 for an integer; here it would become a path's 1.0, or a count that range() does not take.
STRICT = Draft202012Validator.TYPE_CHECKER.redefine(
    "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
)
Validator = validators.extend(Draft202012Validator, type_checker=STRICT)  # type: ignore[no-untyped-call]
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
    """Yield a line for each key that is not a text, and for each number that is infinite or none: JSON has neither."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(key, str):
                yield from unwritable(item, (*path, key))
            else:
                yield f"{dotted(path) or 'the config'} has the key {key!r}: expected a text; put it in quotes"
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from unwritable(item, (*path, index))
    elif isinstance(value, float) and not math.isfinite(value):
        yield f"{dotted(path)} = {value}: expected a finite number"


def violations(value: Any, schema: dict[str, Any], path: tuple[str | int, ...]) -> Iterator[str]:
    """Yield a line for each violation of a JSON schema by `value`, which stands at `path` in the config."""
    for error in Validator(schema).iter_errors(value):
        yield from explain(error, dotted((*path, *error.absolute_path)))


def explain(error: ValidationError, key: str) -> Iterator[str]:
    """Yield the lines that tell one violation."""
    rule: Any = error.validator_value
    schema: Any = error.schema
    given: Any = error.instance
    about = f" ({schema['description']})" if "description" in schema else ""
    value = json.dumps(given, ensure_ascii=False, default=str)
    match error.validator:
        case "additionalProperties":
            known = list(schema["properties"])
            for name in sorted(set(given) - set(known)):
                at = f"{key}.{name}" if key else name
                wrong = json.dumps(given[name], ensure_ascii=False, default=str)
                yield f"{at} = {wrong}: unknown key; {members.hint(name, known)}"
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
        case "uniqueItems":
            yield f"{key} = {value}: an entry stands there twice"
        case "pattern":
            yield f"{key or 'the config'} has the name {value}: expected lower-case letters, digits and underscores"
        case _:
            yield f"{key} = {value}: {error.message}{about}"


def numeric(given: Any) -> bool:
    """Return whether a text is a number with an exponent, which YAML takes for a text where it has no point.

    >>> numeric("1e-3"), numeric("many"), numeric(3)
    (True, False, False)
    """
    return isinstance(given, str) and re.fullmatch(r"[-+]?\d+[eE][-+]?\d+", given) is not None


def dotted(path: Iterable[str | int]) -> str:
    """Return a path in the config as one reads it: ``study.seeds[1]``.

    >>> dotted(["study", "seeds", 1])
    'study.seeds[1]'
    """
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
