"""The words of a text, as arXiv 2204.04220 takes them: lower case, letters only."""

import html
import re

_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_WORD = re.compile("[a-z]+")
# Every byte but a letter parts words.
_LETTERS = bytes(byte if chr(byte).isascii() and chr(byte).islower() else ord(" ") for byte in range(256))


def plain(text: str) -> str:
    """Return a text without what stems from its web page: line-break tags become spaces, entities characters.

    >>> plain("Loved it!<br /><br />Me &amp; my cat.")
    'Loved it!  Me & my cat.'
    """
    return html.unescape(_LINE_BREAK.sub(" ", text))


def ending(text: str, count: int) -> str:
    """Return a plain text from its `count`-th last word on, which is what `words(text)[-count:]` reads.

    >>> ending("It's the 2nd-best film I saw.", 3), ending("Short.", 3)
    ('film I saw.', 'Short.')
    """
    lower = text.lower()
    found = list(_WORD.finditer(lower))
    # One letter, the dotted capital I, becomes two characters: the places would not be the text's.
    if len(found) <= count or len(lower) != len(text):
        return text
    return text[found[-count].start() :]


def words(text: str) -> list[str]:
    """Return the words of a plain text: runs of the letters a to z after lower-casing; all else parts them.

    >>> words("It's the 2nd-best film I saw.")
    ['it', 's', 'the', 'nd', 'best', 'film', 'i', 'saw']
    """
    # Bytes are translated several times faster than text is matched.
    return text.lower().encode("ascii", "replace").translate(_LETTERS).decode("ascii").split()
