"""Plain scalars of YAML files, without those that YAML 1.1 (which Snakemake reads) and YAML 1.2 read differently."""

import re
from typing import Any

import yaml

TAG = "tag:yaml.org,2002:"
# Values that both versions read alike.
UNAMBIGUOUS = {
    "null": re.compile(r"(null|Null|NULL|~|)\Z"),
    "bool": re.compile(r"(true|True|TRUE|false|False|FALSE)\Z"),
    "int": re.compile(r"[-+]?(0|[1-9][0-9]*)\Z"),
    "float": re.compile(
        r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z|[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z"
    ),
}
# No count, seed or rate is longer; Python converts at most 4,300 digits to a number.
MAX_DIGITS = 400
RESOLVER: Any = yaml.FullLoader("")


def scalar(text: str) -> Any:
    """Return the value of a plain (unquoted) scalar as Snakemake reads it.

    Raises:
        ValueError: the scalar is ambiguous; the message states how YAML reads it and what to write instead.

    >>> scalar("1"), scalar("1.5"), scalar("true"), scalar("fog"), scalar("")
    (1, 1.5, True, 'fog', None)
    """
    tag = str(RESOLVER.resolve(yaml.ScalarNode, text, (True, False))).removeprefix(TAG)
    if tag == "str":
        return text
    if tag not in UNAMBIGUOUS:
        what = "a date" if tag == "timestamp" else "a YAML operator"
        raise ValueError(f"YAML reads it as {what}; put it in quotes if a string is meant")
    if tag in ("int", "float") and len(text) > MAX_DIGITS:
        raise ValueError(f"expected a number of at most {MAX_DIGITS} digits")
    if UNAMBIGUOUS[tag].match(text):
        return RESOLVER.construct_object(yaml.ScalarNode(f"{TAG}{tag}", text))
    raise ValueError(
        f"YAML reads it as {describe_value(tag, text)}; write that, or put it in quotes if a string is meant"
    )


def describe_value(tag: str, text: str) -> str:
    """Return in words the value that YAML 1.1 reads from a text.

    >>> describe_value("int", "010"), describe_value("int", "1:30"), describe_value("bool", "off")
    ('8 (octal)', '90 (base 60)', 'false')
    """
    try:
        value = RESOLVER.construct_object(yaml.ScalarNode(f"{TAG}{tag}", text))
    except ValueError:  # such as 0b_ and 08, which match YAML's pattern but are not numbers
        return "an invalid number"
    if tag == "bool":
        return "true" if value else "false"
    if ":" in text:
        return f"{value} (base 60)"
    return f"{value} (octal)" if re.match(r"[-+]?0[0-7_]+\Z", text) else str(value)
