"""Measure a variant's speed against float32, alternating in one process, since a machine's speed drifts.

With one thread, CPU seconds are measured, because other programs on the same core, such as other jobs of the study,
would distort wall-clock time. With several threads, wall-clock time is measured. The fastest round of each counts.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from quantshift.data.stored_inputs import Inputs
from quantshift.runtime.network import Network

# A round measures at most INPUTS real inputs and takes about ROUND_SECONDS at most; for slow models, more inputs would
# not improve the measurement, because the machine's speed drifts.
INPUTS = 512
ROUND_SECONDS = 0.1
ROUNDS = 3
# Batches for a first estimate; the first batch of a session is slower than the others.
TRIED_BATCHES = 2


@dataclass(frozen=True)
class Speed:
    """The speed in the fastest round.

    Attributes:
        images_per_second: inputs per second.
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

    A round uses the first `round_inputs` of them. If the variant is float32, it is measured once, and the ratio is 1.

    Args:
        variant: the variant.
        float32: float32, or the same object as `variant`.
        inputs: stored inputs by name, [n, ...] each.
        batch_size: inputs per batch.
        threads: number of threads of both.
        rounds: number of measurements of each.
    """
    networks = [variant] if variant is float32 else [variant, float32]
    clock = time.process_time if threads == 1 else time.perf_counter
    batch = first(inputs, batch_size)
    slowest = max(min(seconds(model, batch, batch_size, clock) for _ in range(TRIED_BATCHES)) for model in networks)
    measured = first(inputs, round_inputs(slowest, batch_size))
    count = min(len(array) for array in measured.values())
    durations = np.array([[seconds(model, measured, batch_size, clock) for model in networks] for _ in range(rounds)])
    fastest = durations.min(axis=0)
    return Speed(count / float(fastest[0]), float(fastest[-1] / fastest[0]))


def round_inputs(slowest: float, batch_size: int) -> int:
    """Return the number of inputs of a round: whole batches, at least one, within `INPUTS` and `ROUND_SECONDS`.

    Args:
        slowest: seconds per batch of the slower network.
        batch_size: inputs in a batch.

    >>> round_inputs(0.001, 64), round_inputs(0.04, 64), round_inputs(2.0, 64)
    (512, 128, 64)
    """
    return max(1, min(INPUTS // batch_size, int(ROUND_SECONDS / slowest))) * batch_size


def first(inputs: Inputs, count: int) -> Inputs:
    """Return the first samples of stored inputs."""
    return {name: array[:count] for name, array in inputs.items()}


def seconds(network: Network, inputs: Inputs, batch_size: int, clock: Callable[[], float]) -> float:
    """Return the seconds that a network needs for stored inputs, measured by a clock."""
    start = clock()
    network.predict(inputs, batch_size)
    return clock() - start
