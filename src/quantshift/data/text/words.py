"""Split a text into words as in arXiv 2204.04220: lower case, letters only."""

import html
import re

_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_WORD = re.compile("[a-z]+")
# Every byte that is not a letter separates words.
_LETTERS = bytes(byte if chr(byte).isascii() and chr(byte).islower() else ord(" ") for byte in range(256))


def plain(text: str) -> str:
    """Return a text without HTML: line-break tags become spaces, entities become characters.

    >>> plain("Loved it!<br /><br />Me &amp; my cat.")
    'Loved it!  Me & my cat.'
    """
    return html.unescape(_LINE_BREAK.sub(" ", text))


def ending(text: str, count: int) -> str:
    """Return the end of a plain text that contains its last `count` words, as in `words(text)[-count:]`.

    >>> ending("It's the 2nd-best film I saw.", 3), ending("Short.", 3)
    ('film I saw.', 'Short.')
    """
    lower = text.lower()
    matches = list(_WORD.finditer(lower))
    # The dotted capital I becomes two characters in lower case, so that positions would differ from those in the text.
    if len(matches) <= count or len(lower) != len(text):
        return text
    return text[matches[-count].start() :]


def words(text: str) -> list[str]:
    """Return the words of a plain text: runs of the letters a to z after lower-casing.

    >>> words("It's the 2nd-best film I saw.")
    ['it', 's', 'the', 'nd', 'best', 'film', 'i', 'saw']
    """
    # Translating bytes is several times faster than matching a regular expression.
    return text.lower().encode("ascii", "replace").translate(_LETTERS).decode("ascii").split()
