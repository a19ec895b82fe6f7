"""Format keys, names and values of a config for messages: each on one line, however long or odd it is."""

import json
import re
from collections.abc import Iterable
from typing import Any

MOST_CHARACTERS = 100
PLAIN_KEY = re.compile(r"[A-Za-z0-9_.+-]{1,100}\Z")


def shown(value: Any) -> str:
    """Return a value as JSON, cut if it is long; characters that a terminal cannot show are escaped.

    >>> shown([1, "a"]), shown("x\\n"), shown("x" * 200)[-4:]
    ('[1, "a"]', '"x\\\\n"', 'xxx…')
    """
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):  # a number of thousands of digits, or a mapping that contains itself
        return "…"
    if not text.isprintable():
        text = json.dumps(value, default=str)
    return cut(text)


def cut(text: str) -> str:
    """Return a text without its end if it is long."""
    return text if len(text) <= MOST_CHARACTERS else f"{text[: MOST_CHARACTERS - 1]}…"


def dotted(path: Iterable[str | int]) -> str:
    """Return a path in the config for readers, such as ``study.seeds[1]``; names that are not plain keys are quoted.

    >>> dotted(["study", "seeds", 1]), dotted(["suites", "a b"])
    ('study.seeds[1]', 'suites."a b"')
    """
    parts = (f"[{part}]" if isinstance(part, int) else f".{key(part)}" for part in path)
    return "".join(parts).lstrip(".")


def key(name: str) -> str:
    """Return a key as it appears in a path."""
    return name if PLAIN_KEY.match(name) else shown(name)
