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
        on: test sets to which this applies, one of TEST_SETS; the config's `test_sets`, since YAML reads `on` as true.
        confidence: confidence of each limit of a disagreement rate, in 0..1.
        gain: required gain over float32: `size`, `speed` or `either`.
        min_quantized: share of the weights that must be quantized, 0..1; without any, no variant ships.
        every_class: whether a labelled test set must have an input of each class.
        min_kappa: least agreement of float32's answers with the labels beyond chance, -1..1 (Cohen's kappa).
    """

    accept: float
    on: str
    confidence: float
    gain: str
    min_quantized: float
    every_class: bool
    min_kappa: float


def policy(settings: Mapping[str, Any]) -> Policy:
    """Return the policy in the config's section `decision`, which must have been validated.

    >>> policy({"accept": 0, "test_sets": "clean", "confidence": 0.95, "gain": "size", "min_quantized": 0,
    ...     "every_class": True, "min_kappa": 0.25})
    Policy(accept=0.0, on='clean', confidence=0.95, gain='size', min_quantized=0.0, every_class=True, min_kappa=0.25)
    """
    return Policy(
        accept=float(settings["accept"]),
        on=settings["test_sets"],
        confidence=float(settings["confidence"]),
        gain=settings["gain"],
        min_quantized=float(settings["min_quantized"]),
        every_class=settings["every_class"],
        min_kappa=float(settings["min_kappa"]),
    )
