"""How fast a variant runs beside float32: measured in turns in one process, since machines drift."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.inference import predict, session


@dataclass(frozen=True)
class Speed:
    """Medians over the rounds.

    Attributes:
        images_per_second: inputs a second.
        speedup_over_float32: ratio to float32 with the same batch size and threads, round by round.
    """

    images_per_second: float
    speedup_over_float32: float


def speed(
    variant: Path,
    float32: Path,
    inputs: NDArray[Any],
    batch_size: int,
    threads: int,
    entries: Mapping[str, str],
    rounds: int = 3,
) -> Speed:
    """Measure a variant against float32 on the same stored inputs [n, ...]; `entries` are of the variant's session.

    Raises:
        QuantshiftError: a file is damaged.
    """
    opened = [session(variant, threads, entries), session(float32, threads)]
    for model in opened:
        predict(model, inputs[: 2 * batch_size], batch_size)
    seconds = np.empty((rounds, 2))
    for turn in range(rounds):
        for column, model in enumerate(opened):
            began = time.perf_counter()
            predict(model, inputs, batch_size)
            seconds[turn, column] = time.perf_counter() - began
    rate = len(inputs) / float(np.median(seconds[:, 0]))
    return Speed(rate, float(np.median(seconds[:, 1] / seconds[:, 0])))
