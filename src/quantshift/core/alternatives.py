"""A regular expression for a set of paths."""

import re
from collections.abc import Iterable

# Matches no text.
NOTHING = "(?!)"


def alternatives(paths: Iterable[str]) -> str:
    """Return a regular expression that matches these paths and no others.

    Common parts are factored out, so that matching one of thousands of paths tries few alternatives.

    Args:
        paths: parts separated by ``/``; no path is the beginning of another. Without paths, nothing matches.

    >>> alternatives(["mnist/lenet1/0", "mnist/lenet1/1", "mnist/lenet5/0", "mnist/lenet5/1", "imdb/gru/0"])
    '(?:imdb/gru/0|mnist/(?:lenet1|lenet5)/(?:0|1))'
    """
    parts = {tuple(path.split("/")) for path in paths}
    return _pattern(parts) if parts else NOTHING


def _pattern(paths: set[tuple[str, ...]]) -> str:
    """Return the pattern of paths; first parts with the same continuations are combined into alternatives."""
    continuations: dict[str, set[tuple[str, ...]]] = {}
    for first, *rest in paths:
        continuations.setdefault(first, set()).add(tuple(rest))
    firsts: dict[str, list[str]] = {}
    for first in sorted(continuations):
        nonempty = continuations[first] - {()}
        firsts.setdefault(f"/{_pattern(nonempty)}" if nonempty else "", []).append(re.escape(first))
    return _either([f"{_either(names)}{continuation}" for continuation, names in firsts.items()])


def _either(patterns: list[str]) -> str:
    return patterns[0] if len(patterns) == 1 else f"(?:{'|'.join(patterns)})"
