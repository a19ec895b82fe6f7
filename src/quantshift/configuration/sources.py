"""The sources of values in a merged config, so that messages can name the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quantshift.configuration.lines import dotted
from quantshift.configuration.reading import read
from quantshift.core.errors import QuantshiftError

OPTION = "--config"
MERGED = "config"
# Characters that may follow a key at the start of a message.
ENDS = ("", " ", ":", ".", "[")
# Keys are shorter than this.
MAX_KEY_LENGTH = 500


@dataclass(frozen=True)
class Source:
    """A part of the config.

    Attributes:
        name: the file or the command-line option.
        values: the values that it sets.
    """

    name: str
    values: Mapping[str, Any]


def read_sources(files: Sequence[Path], options: Mapping[str, Any], root: Path) -> list[Source]:
    """Return the parts of a config; each overrides the previous ones.

    Args:
        files: the default config and the files that override it.
        options: the values on the command line.
        root: the project's folder; names of files in it are relative to it.

    Raises:
        QuantshiftError: files are invalid; the message has one line for each.
    """
    sources, errors = [], []
    for file in files:
        name = str(file.relative_to(root) if file.is_relative_to(root) else file)
        try:
            sources.append(Source(name, read(file, name)))
        except QuantshiftError as error:
            errors.append(str(error))
    if errors:
        raise QuantshiftError("\n".join(errors))
    return [*sources, *([Source(OPTION, options)] if options else [])]


class KeySources:
    """The source of each key in a config."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """Record the last source that sets each key."""
        self.sources = sources
        self.last = {dotted(path): source.name for source in sources for path in paths(source.values, ())}

    def source_of(self, mistake: str) -> str:
        """Return the name of the source of a mistake, which is a line that begins with a key.

        This is the last source that sets the key. If only the default config sets it, all sources are named, because
        the others have to agree with it.
        """
        if not self.sources:
            return MERGED
        starts = (
            mistake[:end] for end in range(min(len(mistake), MAX_KEY_LENGTH), 0, -1) if mistake[end : end + 1] in ENDS
        )
        setter = next((self.last[start] for start in starts if start in self.last), None)
        if setter is None or setter == self.sources[0].name:
            return " with ".join(source.name for source in self.sources)
        return setter


def paths(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of each value inside `value`, which is at `path`."""
    items = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from paths(item, (*path, key))
