"""Checks of severities, shared by all synthetic shifts."""

from typing import TypeVar

Level = TypeVar("Level")


def level(levels: tuple[Level, ...], severity: int) -> Level:
    """Return the parameters of `severity`, which counts from 1.

    Raises:
        ValueError: there is no such severity.
    """
    if severity not in range(1, len(levels) + 1):
        raise ValueError(f"severity must be a whole number from 1 to {len(levels)}, not {severity!r}")
    return levels[int(severity) - 1]


def only_level(severity: int) -> None:
    """Check the severity of a shift without levels.

    Raises:
        ValueError: it is not 0.
    """
    if severity != 0:
        raise ValueError(f"severity must be 0, since this shift has a single level, not {severity!r}")
