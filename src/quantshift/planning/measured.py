"""Measurements on this machine, by kind of work."""

from dataclasses import dataclass, field

from quantshift.planning.rates import Line


@dataclass
class Measured:
    """Measurements by kind of work.

    Attributes:
        lines: durations.
        stored: bytes of outputs per unit of work, such as those of a model file.
    """

    lines: dict[tuple[str, ...], Line] = field(default_factory=dict)
    stored: dict[tuple[str, ...], float] = field(default_factory=dict)

    def add(self, other: "Measured") -> None:
        """Add other measurements."""
        self.lines |= other.lines
        self.stored |= other.stored
