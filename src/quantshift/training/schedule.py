"""Learning-rate schedules: the factor on the learning rate at a share (0..1) of the training."""

import math
from collections.abc import Callable


def constant(_share: float) -> float:
    """Return 1."""
    return 1.0


def cosine(share: float) -> float:
    """Fall from 1 to 0 along half a cosine (Loshchilov and Hutter, arXiv 1608.03983, without restarts)."""
    return 0.5 * (1 + math.cos(math.pi * min(share, 1.0)))


SCHEDULES: dict[str, Callable[[float], float]] = {"constant": constant, "cosine": cosine}
