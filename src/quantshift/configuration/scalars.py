"""Plain values of YAML files: what YAML 1.1, which Snakemake reads, and YAML 1.2 read otherwise is refused."""

import re
from typing import Any

import yaml

TAG = "tag:yaml.org,2002:"
# What both versions read alike.
ALIKE = {
    "null": re.compile(r"(null|Null|NULL|~|)\Z"),
    "bool": re.compile(r"(true|True|TRUE|false|False|FALSE)\Z"),
    "int": re.compile(r"[-+]?(0|[1-9][0-9]*)\Z"),
    "float": re.compile(
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z|[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z"
    ),
}
# Longer numbers hold no count, seed or rate; Python turns at most 4,300 digits into a number.
MOST_DIGITS = 400
RESOLVER: Any = yaml.FullLoader("")


def scalar(text: str) -> Any:
    """Return the value of a plain scalar, that is one without quotes, as Snakemake reads it.

    Raises:
        ValueError: it is ambiguous; the message says as what it is read and how to write it.

    >>> scalar("1"), scalar("1.5"), scalar("true"), scalar("fog"), scalar("")
    (1, 1.5, True, 'fog', None)
    """
    tag = str(RESOLVER.resolve(yaml.ScalarNode, text, (True, False))).removeprefix(TAG)
    if tag == "str":
        return text
    if tag not in ALIKE:
        what = "a date" if tag == "timestamp" else "a sign of YAML's own"
        raise ValueError(f"YAML reads it as {what}; put it in quotes if a text is meant")
    if tag in ("int", "float") and len(text) > MOST_DIGITS:
        raise ValueError(f"expected a number of at most {MOST_DIGITS} digits")
    if ALIKE[tag].match(text):
        return RESOLVER.construct_object(yaml.ScalarNode(f"{TAG}{tag}", text))
    raise ValueError(f"YAML reads it as {read_as(tag, text)}; write that, or put it in quotes if a text is meant")


def read_as(tag: str, text: str) -> str:
    """Return in words what YAML 1.1 makes of a text.

    >>> read_as("int", "010"), read_as("int", "1:30"), read_as("bool", "off")
    ('8 (octal)', '90 (to the base of 60)', 'false')
    """
    try:
        value = RESOLVER.construct_object(yaml.ScalarNode(f"{TAG}{tag}", text))
    except ValueError:  # such as 0b_ and 08, which match and are none
        return "a number that it is not"
    if tag == "bool":
        return "true" if value else "false"
    if ":" in text:
        return f"{value} (to the base of 60)"
    return f"{value} (octal)" if re.match(r"[-+]?0[0-7_]+\Z", text) else str(value)
