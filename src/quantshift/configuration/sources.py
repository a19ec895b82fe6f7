"""Where the values of a merged config come from, so that a message can name the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quantshift.configuration.lines import dotted
from quantshift.configuration.reading import read
from quantshift.errors import QuantshiftError

OPTION = "--config"
MERGED = "config"
# What may follow a key that a line begins with; keys are shorter than this.
ENDS = ("", " ", ":", ".", "[")
MOST_LONG = 500


@dataclass(frozen=True)
class Source:
    """A part of the config.

    Attributes:
        name: of the file, or the option of the command line.
        values: what it states.
    """

    name: str
    values: Mapping[str, Any]


def read_sources(files: Sequence[Path], given: Mapping[str, Any], root: Path) -> list[Source]:
    """Return the parts of a config in the order in which each is laid over those before it.

    Args:
        files: the default config and others that are laid over it.
        given: the values of the command line.
        root: the project's folder, from which its own files are named.

    Raises:
        QuantshiftError: files are refused; one line for each.
    """
    found, refused = [], []
    for file in files:
        name = str(file.relative_to(root) if file.is_relative_to(root) else file)
        try:
            found.append(Source(name, read(file, name)))
        except QuantshiftError as error:
            refused.append(str(error))
    if refused:
        raise QuantshiftError("\n".join(refused))
    return [*found, *([Source(OPTION, given)] if given else [])]


class Places:
    """The parts of a config by the keys that they state."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """Note which part was the last to state each key."""
        self.sources = sources
        self.last = {dotted(path): source.name for source in sources for path in paths(source.values, ())}

    def name(self, mistake: str) -> str:
        """Return the name of the part that a line on a mistake, which begins with a key, is about.

        It is the last that states the key. Where that is the default config alone, which the others are to agree
        with, all are named.
        """
        if not self.sources:
            return MERGED
        starts = (mistake[:end] for end in range(min(len(mistake), MOST_LONG), 0, -1) if mistake[end : end + 1] in ENDS)
        stated = next((self.last[start] for start in starts if start in self.last), None)
        if stated is None or stated == self.sources[0].name:
            return " with ".join(source.name for source in self.sources)
        return stated


def paths(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of each value within `value`, which stands at `path`."""
    items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from paths(item, (*path, key))
