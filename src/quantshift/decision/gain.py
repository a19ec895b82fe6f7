"""The minimum gain over float32 that a variant needs to ship.

A variant that changes answers must offer something in return.
"""

from quantshift.decision.candidates import Candidate
from quantshift.decision.numbers import fixed
from quantshift.decision.policy import EITHER, SIZE, SPEED

# A file counts as smaller up to this multiple of float32's bytes.
MOST_SIZE = 0.9
# A variant counts as faster from this multiple of float32's speed.
LEAST_SPEED = 1.1

_SIZE = f"a file of at most {MOST_SIZE} × float32’s bytes"
_SPEED = f"at least {LEAST_SPEED} × float32’s speed"
# The required gain in words, by the gain that the user wants.
NEEDED = {SIZE: _SIZE, SPEED: _SPEED, EITHER: f"{_SIZE} or {_SPEED}"}


def gained(candidate: Candidate, wanted: str) -> list[str]:
    """Return a variant's gains of the wanted kind in words; empty if they are too small.

    Args:
        candidate: the variant.
        wanted: `size`, `speed` or `either`.
    """
    gains = []
    if wanted != SPEED and candidate.size <= MOST_SIZE:
        gains.append(f"{fixed(candidate.size, 2)} × float32’s bytes")
    if wanted != SIZE and candidate.speedup is not None and candidate.speedup >= LEAST_SPEED:
        gains.append(f"{fixed(candidate.speedup, 2)} × float32’s speed")
    return gains


def lacking(candidate: Candidate, wanted: str) -> list[str]:
    """Return in words why a variant's gain of the wanted kind is too small; empty if it is sufficient."""
    if gained(candidate, wanted):
        return []
    size = f"{fixed(candidate.size, 2)} × float32’s bytes (at most {MOST_SIZE} × allowed)"
    speed = "its speed was not measured"
    if candidate.speedup is not None:
        speed = f"{fixed(candidate.speedup, 2)} × float32’s speed (at least {LEAST_SPEED} × needed)"
    return {SIZE: [size], SPEED: [speed], EITHER: [size, speed]}[wanted]


def score(candidate: Candidate, wanted: str) -> float:
    """Return the factor by which a variant is smaller or faster, for ranking variants."""
    smaller, faster = 1 / candidate.size, candidate.speedup or 0.0
    return {SIZE: smaller, SPEED: faster, EITHER: max(smaller, faster)}[wanted]
