"""A job's work, and the parts of its kind that trained and own models share."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quantshift.core.names import FLOAT32
from quantshift.study import Study


@dataclass(frozen=True)
class Work:
    """A job's work.

    Attributes:
        kind: the factors that determine the time of a unit, from general to specific.
        amount: number of units: inputs, values, or 1 for a job whose time does not depend on its size.
        comparable: whether the times of other kinds with the same first elements apply to this one.
    """

    kind: tuple[str, ...]
    amount: float = 1.0
    comparable: bool = True


def preset_and_inference(variant: str, study: Study) -> tuple[str, str]:
    """Return the factors of the speed of float32 or of a preset apart from its network: options, and how it runs."""
    preset = {} if variant == FLOAT32 else study.preset(variant)
    return text(preset), text(study.inference(variant))


def text(settings: Mapping[str, Any]) -> str:
    """Return settings as one string.

    >>> text({"steps": 2, "batch_size": 64})
    '{"batch_size": 64, "steps": 2}'
    """
    return json.dumps(settings, sort_keys=True)
