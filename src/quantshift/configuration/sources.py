"""The sources of a merged config's values, so that a message can name the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quantshift.configuration.lines import dotted
from quantshift.configuration.reading import read
from quantshift.core.errors import QuantshiftError

OPTION = "--config"
MERGED = "config"
# What may follow a key that a line begins with; keys are shorter than this.
ENDS = ("", " ", ":", ".", "[")
MOST_LONG = 500


@dataclass(frozen=True)
class Source:
    """A part of the config.

    Attributes:
        name: the file, or the option of the command line.
        values: its part of the config.
    """

    name: str
    values: Mapping[str, Any]


def read_sources(files: Sequence[Path], given: Mapping[str, Any], root: Path) -> list[Source]:
    """Return the parts of a config; each overrides those before it.

    Args:
        files: the default config and others that override it.
        given: the values of the command line.
        root: the project's folder; the names of its own files are relative to it.

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
    """The parts of a config by the keys that they set."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """Record which part is the last to set each key."""
        self.sources = sources
        self.last = {dotted(path): source.name for source in sources for path in paths(source.values, ())}

    def name(self, mistake: str) -> str:
        """Return the name of the part that causes a mistake, given as a line that begins with a key.

        It is the last part that sets the key. Where only the default config sets it, all parts are named, because the
        others have to agree with it.
        """
        if not self.sources:
            return MERGED
        starts = (mistake[:end] for end in range(min(len(mistake), MOST_LONG), 0, -1) if mistake[end : end + 1] in ENDS)
        stated = next((self.last[start] for start in starts if start in self.last), None)
        if stated is None or stated == self.sources[0].name:
            return " with ".join(source.name for source in self.sources)
        return stated


def paths(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of each value within `value`, whose own path is `path`."""
    items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from paths(item, (*path, key))
