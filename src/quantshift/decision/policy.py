"""What a user accepts of a quantized variant, and wants from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CLEAN = "clean"
SHIFTED = "shifted"
WORST = "worst"
# The test sets whose disagreement rate is compared with the accepted share: the clean one; each shifted one; each one.
TEST_SETS = (CLEAN, SHIFTED, WORST)

SIZE = "size"
SPEED = "speed"
EITHER = "either"


@dataclass(frozen=True)
class Policy:
    """What a user accepts and wants: the section `decision` of the config.

    Attributes:
        accept: the share of inputs that may be answered differently from float32, 0..1.
        test_sets: on which test sets, one of TEST_SETS.
        confidence: of the intervals of the disagreement rates, in 0..1.
        gain: what a variant must gain over float32, `size`, `speed` or `either`.
    """

    accept: float
    test_sets: str
    confidence: float
    gain: str


def policy(settings: Mapping[str, Any]) -> Policy:
    """Return the policy of the config's section `decision`, which was checked against the schema.

    >>> policy({"accept": 0, "test_sets": "clean", "confidence": 0.95, "gain": "size"})
    Policy(accept=0.0, test_sets='clean', confidence=0.95, gain='size')
    """
    return Policy(
        accept=float(settings["accept"]),
        test_sets=settings["test_sets"],
        confidence=float(settings["confidence"]),
        gain=settings["gain"],
    )
