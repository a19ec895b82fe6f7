"""The least that a variant must gain over float32 to be shipped.

A variant that changes answers has to give something in return. A variant without quantized weights gains nothing from
quantization, whatever the size of its file and its measured speed.
"""

from quantshift.decision.candidates import Candidate
from quantshift.decision.numbers import fixed
from quantshift.decision.policy import EITHER, SIZE, SPEED

# A file counts as smaller at up to this share of float32's bytes.
MOST_SIZE = 0.9
# A variant counts as faster from this multiple of float32's speed.
LEAST_SPEED = 1.1

_SIZE = f"a file of at most {MOST_SIZE} × float32’s bytes"
_SPEED = f"at least {LEAST_SPEED} × float32’s speed"
# What a variant needs, by what the user wants.
NEEDED = {SIZE: _SIZE, SPEED: _SPEED, EITHER: f"{_SIZE} or {_SPEED}"}


def gained(candidate: Candidate, wanted: str) -> list[str]:
    """Return what a variant gains of what is wanted, in words; nothing where it gains too little.

    Args:
        candidate: the variant.
        wanted: `size`, `speed` or `either`.
    """
    if candidate.least_quantized_weights == 0:
        return []
    gains = []
    if wanted != SPEED and candidate.size <= MOST_SIZE:
        gains.append(f"{fixed(candidate.size, 2)} × float32’s bytes")
    if wanted != SIZE and candidate.speed is not None and candidate.speed >= LEAST_SPEED:
        gains.append(f"{fixed(candidate.speed, 2)} × float32’s speed")
    return gains


def lacking(candidate: Candidate, wanted: str) -> list[str]:
    """Return why a variant gains too little of what is wanted, in words; nothing where it gains enough."""
    if candidate.least_quantized_weights == 0:
        return ["none of its weights are quantized"]
    if gained(candidate, wanted):
        return []
    size = f"{fixed(candidate.size, 2)} × float32’s bytes (at most {MOST_SIZE} × allowed)"
    speed = "its speed was not measured"
    if candidate.speed is not None:
        speed = f"{fixed(candidate.speed, 2)} × float32’s speed (at least {LEAST_SPEED} × needed)"
    return {SIZE: [size], SPEED: [speed], EITHER: [size, speed]}[wanted]


def score(candidate: Candidate, wanted: str) -> float:
    """Return what a variant gains as a factor, by which variants are ranked: how many times smaller or faster it is."""
    smaller, faster = 1 / candidate.size, candidate.speed or 0.0
    return {SIZE: smaller, SPEED: faster, EITHER: max(smaller, faster)}[wanted]
