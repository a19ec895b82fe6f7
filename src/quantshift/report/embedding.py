"""Data and scripts embedded in a page: nothing in them can close their element."""

import base64
import hashlib
import json
from typing import Any

from markupsafe import Markup


def embedded(value: Any) -> Markup:
    r"""Return a value as JSON that is safe inside ``<script type="application/json">``.

    >>> embedded({"text": "</script><b>"})
    Markup('{"text":"\\u003c/script\\u003e\\u003cb\\u003e"}')
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # JSON escapes keep "<" from closing the element or opening a comment, and U+2028 from ending a line of script.
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def script(code: str) -> Markup:
    """Return one of the page's own scripts for an inline element.

    Raises:
        ValueError: the script would close its element.
    """
    if "</script" in code.lower() or "<!--" in code:
        raise ValueError("the script contains '</script' or '<!--', which would close its element")
    return Markup(code)


def fingerprint(code: str) -> str:
    """Return the source expression by which a content security policy allows an inline script.

    >>> fingerprint("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"
