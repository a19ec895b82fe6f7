"""Format keys, names and values of a config for messages: each fits on one line, however long or odd it is."""

import json
import re
from collections.abc import Iterable
from typing import Any

MAX_CHARACTERS = 100
PLAIN_KEY = re.compile(r"[A-Za-z0-9_.+-]{1,100}\Z")


def as_json(value: Any) -> str:
    """Return a value as JSON, truncated if it is long; characters that a terminal cannot show are escaped.

    >>> as_json([1, "a"]), as_json("x\\n"), as_json("x" * 200)[-4:]
    ('[1, "a"]', '"x\\\\n"', 'xxx…')
    """
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):  # a number of thousands of digits, or a mapping that contains itself
        return "…"
    if not text.isprintable():
        text = json.dumps(value, default=str)
    return truncate(text)


def truncate(text: str) -> str:
    """Truncate a long text."""
    return text if len(text) <= MAX_CHARACTERS else f"{text[: MAX_CHARACTERS - 1]}…"


def dotted(path: Iterable[str | int]) -> str:
    """Return a path in the config, such as ``study.seeds[1]``; names that are not plain keys are quoted.

    >>> dotted(["study", "seeds", 1]), dotted(["suites", "a b"])
    ('study.seeds[1]', 'suites."a b"')
    """
    parts = (f"[{part}]" if isinstance(part, int) else f".{key(part)}" for part in path)
    return "".join(parts).lstrip(".")


def key(name: str) -> str:
    """Return a key as it appears in a path."""
    return name if PLAIN_KEY.match(name) else as_json(name)
