"""A regular expression for a set of paths."""

import re
from collections.abc import Iterable


def alternatives(paths: Iterable[str]) -> str:
    """Return a regular expression that matches these paths and no others.

    Paths share the pattern of what they have in common, so that of thousands of paths few parts are tried.

    Args:
        paths: parts separated by ``/``; none is another's beginning.

    >>> alternatives(["mnist/lenet1/0", "mnist/lenet1/1", "mnist/lenet5/0", "mnist/lenet5/1", "imdb/gru/0"])
    '(?:imdb/gru/0|mnist/(?:lenet1|lenet5)/(?:0|1))'
    """
    return _pattern({tuple(path.split("/")) for path in paths})


def _pattern(paths: set[tuple[str, ...]]) -> str:
    """Return the pattern of paths; parts that the same may follow are alternatives of each other."""
    rests: dict[str, set[tuple[str, ...]]] = {}
    for first, *rest in paths:
        rests.setdefault(first, set()).add(tuple(rest))
    firsts: dict[str, list[str]] = {}
    for first in sorted(rests):
        further = rests[first] - {()}
        firsts.setdefault(f"/{_pattern(further)}" if further else "", []).append(re.escape(first))
    return _either([f"{_either(names)}{rest}" for rest, names in firsts.items()])


def _either(patterns: list[str]) -> str:
    return patterns[0] if len(patterns) == 1 else f"(?:{'|'.join(patterns)})"
