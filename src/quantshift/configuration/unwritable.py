"""Keys and values that the files of a study cannot hold."""

import math
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from quantshift.configuration.lines import dotted, shown

# Python does not print numbers of more than 4,300 digits.
MOST_BITS = 3400


def unwritable(value: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    """Yield a line for each key and value that the files of a study cannot hold.

    These are keys that are not texts, numbers that are infinite, NaN or too long, and texts with characters that text
    files do not have.
    """
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                yield f"{dotted(path) or 'the config'} has the key {key!r}: expected a string; put it in quotes"
            elif odd := odd_characters(key):
                yield f"{dotted(path) or 'the config'} has the key {shown(key)}: expected a string without {odd}"
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
        yield f"{dotted(path)} = {shown(value)}: expected a string without {odd}"


def odd_characters(text: str) -> str:
    """Return in words which characters of a text do not belong in a text file; line breaks and tabs do.

    >>> odd_characters("café\\n"), odd_characters("a\\x00"), odd_characters("\\ud800")
    ('', 'control characters', 'halves of surrogate pairs')
    """
    kinds = {unicodedata.category(character) for character in text if character not in "\n\t"}
    return "halves of surrogate pairs" if "Cs" in kinds else "control characters" if "Cc" in kinds else ""
