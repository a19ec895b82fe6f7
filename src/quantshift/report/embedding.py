"""Data and scripts inside of a page: nothing in them can end their element."""

import base64
import hashlib
import json
from typing import Any

from markupsafe import Markup


def embedded(value: Any) -> Markup:
    r"""Return a value as JSON that is safe inside of ``<script type="application/json">``.

    >>> embedded({"text": "</script><b>"})
    Markup('{"text":"\\u003c/script\\u003e\\u003cb\\u003e"}')
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Escapes of JSON: "<" in data can neither close the element nor open a comment; U+2028 would end a script's line.
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def script(code: str) -> Markup:
    """Return a script of ours for an inline element.

    Raises:
        ValueError: it would end its element.
    """
    if "</script" in code.lower() or "<!--" in code:
        raise ValueError("the script holds what ends a script element")
    return Markup(code)


def fingerprint(code: str) -> str:
    """Return what a content security policy calls an inline script that may run.

    >>> fingerprint("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"
