"""A strict YAML reader: what YAML accepts silently and what would take forever are errors that name their line."""

from collections.abc import Callable, Iterator
from typing import Any

import yaml

from quantshift.configuration.lines import cut, dotted, shown
from quantshift.configuration.scalars import scalar

# The schema's deepest value is in five; the default study has 1,200 values.
MOST_DEEP = 20
MOST_VALUES = 20_000
MERGE = "<<"

Path = tuple[str | int, ...]
Sized = tuple[Any, int]


class UnreadableError(Exception):
    """A text cannot be read as a config.

    Attributes:
        problem: what is wrong and what is expected.
        line: the line of the problem, counted from 1; None where it is not known.
    """

    def __init__(self, problem: str, line: int | None = None) -> None:
        """Store the problem and its line."""
        super().__init__(problem)
        self.problem, self.line = problem, line


def load(text: str, plain: Callable[[str], Any] = scalar) -> Any:
    """Return the value of a YAML text of one document.

    Args:
        text: the YAML.
        plain: returns the value of a scalar without quotes; it raises ValueError for one that is refused.

    Raises:
        UnreadableError: the text is not YAML; a key occurs twice in a mapping or is not a text; a plain scalar is
            refused; there are tags, several documents, more than `MOST_DEEP` levels, or more than `MOST_VALUES` values
            after the expansion of aliases.
    """
    try:
        events = iter(yaml.parse(text, Loader=yaml.FullLoader))
        return Builder(events, plain).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        about = ", ".join(part for part in (error.context, error.problem) if part)
        raise UnreadableError(f"not YAML: {about}", mark.line + 1 if mark else None) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        raise UnreadableError(f"the character {shown(text[error.position])} is not allowed", line) from error


class Builder:
    """Builds values from a parser's events."""

    def __init__(self, events: Iterator[Any], plain: Callable[[str], Any]) -> None:
        """Start before the first event."""
        self.events, self.plain = events, plain
        self.anchors: dict[str, Sized] = {}
        self.open: list[str] = []

    def document(self) -> Any:
        """Return the value of the one document; None where there is none."""
        next(self.events)
        event = next(self.events)
        if isinstance(event, yaml.StreamEndEvent):
            return None
        value, _ = self.node(next(self.events), ())
        next(self.events)
        event = next(self.events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise UnreadableError("a second document begins: expected one", event.start_mark.line + 1)
        return value

    def node(self, event: Any, path: Path) -> Sized:
        """Return the value that starts with an event, and its number of values, with itself and expanded aliases."""
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            if event.anchor in self.open:
                raise UnreadableError(f"{place(path)}: *{event.anchor} refers to a value that contains it", line)
            if event.anchor not in self.anchors:
                raise UnreadableError(f"{place(path)}: *{event.anchor} has no anchor &{event.anchor} before it", line)
            return self.anchors[event.anchor]
        if event.tag is not None:
            raise UnreadableError(f"{place(path)} has the tag {shown(event.tag)}: expected values without tags", line)
        if len(path) > MOST_DEEP:
            problem = f"{dotted(path[:3])}… is nested more than {MOST_DEEP} deep: expected the keys of config/README.md"
            raise UnreadableError(problem, line)
        if event.anchor is not None:
            self.open.append(event.anchor)
        if isinstance(event, yaml.ScalarEvent):
            found = self.scalar(event, path), 1
        elif isinstance(event, yaml.SequenceStartEvent):
            found = self.sequence(path)
        else:
            found = self.mapping(path)
        if event.anchor is not None:
            self.anchors[self.open.pop()] = found
        if found[1] > MOST_VALUES:
            problem = f"{place(path)} has more than {MOST_VALUES:,} values, counting those of an alias at each use"
            raise UnreadableError(f"{problem}: expected a few hundred", line)
        return found

    def scalar(self, event: Any, path: Path) -> Any:
        """Return the value of a scalar; one in quotes is a string."""
        if not event.implicit[0]:
            return event.value
        try:
            return self.plain(event.value)
        except ValueError as error:
            raise UnreadableError(f"{place(path)} = {cut(event.value)}: {error}", event.start_mark.line + 1) from error

    def sequence(self, path: Path) -> Sized:
        """Return a list whose first event has been read."""
        values: list[Any] = []
        total = 1
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            value, size = self.node(event, (*path, len(values)))
            values.append(value)
            total += size
        return values, total

    def mapping(self, path: Path) -> Sized:
        """Return a mapping whose first event has been read; its own keys override merged ones."""
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        lines: dict[str, int] = {}
        total = 1
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            line = event.start_mark.line + 1
            key = self.key(event, path)
            if key in lines:
                problem = f"the key {dotted((*path, key))} occurs twice (first in line {lines[key]}): keep one"
                raise UnreadableError(problem, line)
            lines[key] = line
            value, size = self.node(next(self.events), (*path, key))
            total += 1 + size
            if key == MERGE and event.implicit[0]:
                for part in reversed(parts(value, path, line)):
                    merged |= part
            else:
                own[key] = value
        return merged | own, total

    def key(self, event: Any, path: Path) -> str:
        """Return a mapping's key."""
        line = event.start_mark.line + 1
        key: Any = None
        if isinstance(event, yaml.ScalarEvent) and event.value == MERGE:
            return MERGE
        if isinstance(event, yaml.ScalarEvent):
            key, _ = self.node(event, (*path, event.value))
        elif isinstance(event, yaml.AliasEvent):
            key, _ = self.node(event, path)
        if not isinstance(key, str):
            scalar_key = isinstance(event, yaml.ScalarEvent)
            given = f"the key {cut(event.value)}" if scalar_key else "a key that is a list or a mapping"
            problem = f"{dotted(path) or 'the config'} has {given}: expected a string; put it in quotes"
            raise UnreadableError(problem, line)
        return key


def parts(value: Any, path: Path, line: int) -> list[dict[str, Any]]:
    """Return the mappings that ``<<`` merges; the first one wins."""
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(part, dict) for part in found):
        raise UnreadableError(f"{dotted((*path, MERGE))}: expected an alias of a mapping, or a list of such", line)
    return found


def place(path: Path) -> str:
    """Return the place of a value, in words."""
    return dotted(path) or "the file"
