"""The user's requirements for quantized variants."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CLEAN = "clean"
SHIFTED = "shifted"
WORST = "worst"
# The test sets whose disagreement rate must not exceed the accepted share: the clean one, all shifted ones together, or
# each test set, the clean one included.
TEST_SETS = (CLEAN, SHIFTED, WORST)

SIZE = "size"
SPEED = "speed"
EITHER = "either"


@dataclass(frozen=True)
class Policy:
    """The requirements in the section `decision` of the config.

    Attributes:
        accept: share of inputs that may be answered differently from float32, 0..1.
        test_sets: test sets to which this applies, one of TEST_SETS.
        confidence: confidence of the intervals of disagreement rates, in 0..1.
        gain: required gain over float32, one of GAINS.
    """

    accept: float
    test_sets: str
    confidence: float
    gain: str


def policy(settings: Mapping[str, Any]) -> Policy:
    """Return the policy in the config's section `decision`, which must have been validated.

    >>> policy({"accept": 0, "test_sets": "clean", "confidence": 0.95, "gain": "size"})
    Policy(accept=0.0, test_sets='clean', confidence=0.95, gain='size')
    """
    return Policy(
        accept=float(settings["accept"]),
        test_sets=settings["test_sets"],
        confidence=float(settings["confidence"]),
        gain=settings["gain"],
    )
