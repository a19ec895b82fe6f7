"""Text of the user's own data for terminals, XML and Markdown: it may hold control characters and markup."""

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: str) -> str:
    """Return a text whose control characters, other than line breaks, are replaced.

    >>> printable("a\\x1b[31mb\\nc\\x08")
    'a�[31mb\\nc�'
    """
    return "".join(character if character == "\n" or character.isprintable() else REPLACEMENT for character in text)


def code(text: str) -> str:
    """Return a line of text as inline code in Markdown, in which no markup, link, HTML or mention has an effect.

    >>> code("*a*"), code("`"), code("")
    ('`*a*`', '`` ` ``', '`  `')
    """
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    padding = " " if not text or "`" in (text[0], text[-1]) else ""
    return f"{fence}{padding}{text}{padding}{fence}"
