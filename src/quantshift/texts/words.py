"""The words of a text, as arXiv 2204.04220 takes them: lower case, letters only."""

import html
import re

_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
# Every byte but a letter parts words.
_LETTERS = bytes(byte if chr(byte).isascii() and chr(byte).islower() else ord(" ") for byte in range(256))


def plain(text: str) -> str:
    """Return a text without what stems from its web page: line-break tags become spaces, entities characters.

    >>> plain("Loved it!<br /><br />Me &amp; my cat.")
    'Loved it!  Me & my cat.'
    """
    return html.unescape(_LINE_BREAK.sub(" ", text))


def words(text: str) -> list[str]:
    """Return the words of a plain text: runs of the letters a to z after lower-casing; all else parts them.

    >>> words("It's the 2nd-best film I saw.")
    ['it', 's', 'the', 'nd', 'best', 'film', 'i', 'saw']
    """
    # Bytes are translated several times faster than text is matched.
    return text.lower().encode("ascii", "replace").translate(_LETTERS).decode("ascii").split()
