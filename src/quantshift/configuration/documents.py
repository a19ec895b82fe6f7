"""Generated documents about the config's keys: the JSON schema for editors and the table in the README.

`make config-docs` runs this module; a test checks that the files are up to date.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from quantshift.configuration.model.config import Configuration
from quantshift.configuration.model.values import MAX_NAME
from quantshift.configuration.shape import Partial, Schema, shape

SCHEMA = Path("workflow/schemas/config.schema.json")
README = Path("config/README.md")
BEGIN, END = "<!-- The keys: written by `make config-docs`. -->", "<!-- End of the keys. -->"
HEAD = "| key | what it is | values | what a change runs again |\n|---|---|---|---|"
# Placeholders for the names in a mapping where `<name>` would be unclear.
PLACEHOLDERS = {"training": "<dataset>", "training.<dataset>": "<method>", "suites.<name>.shifts": "<shift>"}


def schema_file() -> str:
    """Return the JSON schema of a file that overrides the default config."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The configuration of a quantshift study",
    }
    return json.dumps({**head, **shape(Configuration, Partial)}, indent=2, ensure_ascii=False) + "\n"


def readme(text: str) -> str:
    """Return the text of the README with an updated table of the keys."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    rows = "\n".join(rows_of(shape(Configuration), ""))
    return f"{before}{BEGIN}\n\n{HEAD}\n{rows}\n\n{END}{after}"


def rows_of(schema: Schema, path: str) -> Iterator[str]:
    """Yield a row for each key within the part of the schema at a path."""
    for name, entry in schema.get("properties", {}).items():
        key = f"{path}.{name}" if path else name
        # A section has no row; its keys have.
        while "x-reruns" not in entry and isinstance(entry.get("additionalProperties"), dict):
            key, entry = f"{key}.{PLACEHOLDERS.get(key, '<name>')}", entry["additionalProperties"]
        if "x-reruns" not in entry:
            yield from rows_of(entry, key)
            continue
        values = entry
        while isinstance(values.get("additionalProperties"), dict):
            key, values = f"{key}.{PLACEHOLDERS.get(key, '<name>')}", values["additionalProperties"]
        yield f"| `{key}` | {entry['description']} | {values_of(values)} | {entry['x-reruns']} |"


def values_of(entry: Schema) -> str:
    """Describe the values that a part of the schema allows.

    >>> values_of({"type": ["integer", "null"], "minimum": 1, "maximum": 65536})
    'whole number, 1 to 65,536; `null`'
    >>> values_of({"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 200})
    'list of 1 to 200 names'
    """
    kinds = [entry["type"]] if isinstance(entry["type"], str) else entry["type"]
    match kinds[0]:
        case _ if "enum" in entry:
            words = ", ".join(f"`{choice}`" for choice in entry["enum"])
        case "integer":
            words = f"whole number, {entry['minimum']:,} to {entry['maximum']:,}"
        case "number":
            words = number(entry)
        case "string":
            words = "name" if entry["maxLength"] == MAX_NAME else f"text of up to {entry['maxLength']:,} characters"
        case "boolean":
            words = "`true`, `false`"
        case "array":
            words = list_of(entry)
        case _:
            words = "mapping"
    return f"{words}; `null`" if "null" in kinds else words


def number(entry: Schema) -> str:
    """Describe the numbers that a part of the schema allows.

    >>> number({"exclusiveMinimum": 0, "maximum": 10}), number({})
    ('number over 0, up to 10', 'number')
    """
    words = []
    for limit, before in (
        ("exclusiveMinimum", "over"),
        ("minimum", "from"),
        ("maximum", "up to"),
        ("exclusiveMaximum", "under"),
    ):
        if limit in entry:
            words.append(f"{before} {entry[limit]:,}")
    return f"number {', '.join(words)}".rstrip()


def list_of(entry: Schema) -> str:
    """Describe the lists that a part of the schema allows."""
    entries = entry["items"]
    if "enum" in entries:
        return f"list of {values_of(entries)}"
    if entries["type"] == "integer":
        what = f"whole numbers, {values_of(entries).partition(', ')[2]}"
    else:
        what = {"number": "numbers"}.get(entries["type"], "names")
    low, high = entry.get("minItems", 0), entry["maxItems"]
    return f"list of {low if low == high else f'{low} to {high:,}'} {what}"


if __name__ == "__main__":
    SCHEMA.write_text(schema_file(), encoding="utf-8")
    README.write_text(readme(README.read_text(encoding="utf-8")), encoding="utf-8")
