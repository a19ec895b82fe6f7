"""How fast a variant runs beside float32: measured in turns in one process, since machines drift.

One thread is measured in CPU seconds: other programs on the same core, other jobs of the study among them, would make a
variant seem faster or slower than it is. Several threads are measured by the clock. The quickest round of each counts.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quantshift.data.stored_inputs import Inputs
from quantshift.runtime.network import Network

# Real inputs to measure on, where a round takes no longer than this for them; of dear ones fewer tell as much as a
# machine that drifts allows.
INPUTS = 512
ROUND_SECONDS = 0.1
ROUNDS = 3
# The first batch of a session is slower than the others.
TRIED_BATCHES = 2


@dataclass(frozen=True)
class Speed:
    """Of the quickest of the rounds.

    Attributes:
        images_per_second: inputs a second.
        speedup_over_float32: ratio to float32 with the same batch size and threads.
    """

    images_per_second: float
    speedup_over_float32: float


def speed(
    variant: Network,
    float32: Network,
    inputs: Inputs,
    batch_size: int,
    threads: int,
    rounds: int = ROUNDS,
) -> Speed:
    """Measure a variant against float32 on the same stored inputs.

    A round takes the first `round_inputs` of them. float32 beside itself is as fast as it is, and measured alone.

    Args:
        variant: the variant.
        float32: float32, or the same object as `variant`.
        inputs: stored inputs by name, [n, ...] each.
        batch_size: inputs at a time.
        threads: threads of both.
        rounds: how often both are measured.
    """
    opened = [variant] if variant is float32 else [variant, float32]
    clock = time.process_time if threads == 1 else time.perf_counter
    batch = first(inputs, batch_size)
    slowest = max(min(seconds(model, batch, batch_size, clock) for _ in range(TRIED_BATCHES)) for model in opened)
    measured = first(inputs, round_inputs(slowest, batch_size))
    count = min(len(array) for array in measured.values())
    taken = np.array([[seconds(model, measured, batch_size, clock) for model in opened] for _ in range(rounds)])
    quickest = taken.min(axis=0)
    return Speed(count / float(quickest[0]), float(quickest[-1] / quickest[0]))


def round_inputs(slowest: float, batch_size: int) -> int:
    """Return how many inputs a round takes: whole batches, one at least, `INPUTS` and `ROUND_SECONDS` at most.

    Args:
        slowest: seconds that the slower of the two takes for a batch.
        batch_size: inputs in a batch.

    >>> round_inputs(0.001, 64), round_inputs(0.04, 64), round_inputs(2.0, 64)
    (512, 128, 64)
    """
    return max(1, min(INPUTS // batch_size, int(ROUND_SECONDS / slowest))) * batch_size


def first(inputs: Inputs, count: int) -> Inputs:
    """Return the first samples of stored inputs."""
    return {name: array[:count] for name, array in inputs.items()}


def seconds(network: Network, inputs: Inputs, batch_size: int, clock: Callable[[], float]) -> float:
    """Return how long a network takes for stored inputs, by a clock."""
    began = clock()
    network.predict(inputs, batch_size)
    return clock() - began
