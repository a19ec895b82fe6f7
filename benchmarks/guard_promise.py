"""How often the promise of `quantshift guard` is broken on simulated data: at most 5 % is allowed.

In each simulated data set, margins have an exponential distribution, and an answer differs with a probability that
decreases with its margin, so the true rate of a guarded model is known. Inputs are independent, or are in groups of
ten that share a part of the variance of their margins and answers. The guard's own code chooses and checks the
threshold. A promise is broken if a threshold is chosen whose true rate is above the accepted share.

Usage: python benchmarks/guard_promise.py [--studies 400]
"""

import argparse
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from quantshift.core.signature import Output
from quantshift.core.test_set import CLEAN
from quantshift.guards.parts import Part
from quantshift.guards.threshold import Chosen, choose

CONFIDENCE = 0.95
OUTPUT = Output(name="score", kind="score", classes=2, threshold=0.0)
# Inputs of the data that give the candidate thresholds.
CHOICE = 1000
GROUP = 10
# Highest share of data sets with a broken promise.
REACH = 0.05


class Law(NamedTuple):
    """How answers differ: with the probability `peak` * exp(-margin / `width`).

    Attributes:
        peak: probability at a margin of 0.
        width: decrease of the probability with the margin, whose mean is 1.
    """

    peak: float
    width: float

    def rate(self, threshold: float) -> float:
        """Return the true rate of answers that differ and have a margin of at least a threshold."""
        scale = 1 / (1 + 1 / self.width)
        return float(self.peak * scale * np.exp(-threshold / scale))


class Inputs(NamedTuple):
    """The inputs of a test set.

    Attributes:
        number: number of inputs.
        group: inputs of each source.
        shared: share of the variance that inputs of a source have in common.
    """

    number: int
    group: int
    shared: float


# The accepted share, and numbers of inputs.
SIZES = [(0.01, 3_000), (0.01, 10_000), (0.001, 30_000)]
GROUPS = [(1, 0.0), (GROUP, 0.3), (GROUP, 0.7), (GROUP, 1.0)]
LAWS = [Law(peak, width) for peak, width in product((0.5, 0.1), (0.05, 0.2, 1.0))]


def simulate(law: Law, inputs: Inputs, random: np.random.Generator) -> Part:
    """Return the stored outputs of a simulated data set."""
    sources = np.arange(inputs.number) // inputs.group

    def uniform() -> NDArray[np.float64]:
        common = random.standard_normal(sources[-1] + 1)[sources]
        rest = random.standard_normal(inputs.number)
        return np.asarray(ndtr(np.sqrt(inputs.shared) * common + np.sqrt(1 - inputs.shared) * rest))

    margins = -np.log(uniform())
    differs = uniform() < law.peak * np.exp(-margins / law.width)
    outputs = margins.astype(np.float32)
    return Part(CLEAN, outputs, outputs, differs, sources)


def main() -> None:
    """Print how often the promise is broken for each kind of test set, and fail above the allowed share."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=400, help="data sets for each law and kind of test set")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    random = np.random.default_rng(arguments.seed)
    print("| accepted | inputs | group | shared | data sets | with a guard | broken: mean | highest |")
    print("|---|---|---|---|---|---|---|---|")
    means = []
    for (accept, count), (group, shared) in product(SIZES, GROUPS):
        inputs, written, broken = Inputs(count, group, shared), 0, []
        laws = [law for law in LAWS if law.rate(0.0) > accept]
        for law in laws:
            wrong = 0
            for _ in range(arguments.studies):
                choice = simulate(law, inputs._replace(number=CHOICE), random)
                chosen = choose(choice, simulate(law, inputs, random), OUTPUT, accept, CONFIDENCE)
                if isinstance(chosen, Chosen):
                    written += 1
                    wrong += law.rate(chosen.threshold) > accept
            broken.append(wrong / arguments.studies)
        total = arguments.studies * len(laws)
        if written:
            means.append(float(np.mean(broken)))
        print(
            f"| {accept} | {count:,} | {group} | {shared} | {total:,} | {written / total:.2f} "
            f"| {np.mean(broken):.4f} | {max(broken):.4f} |",
            flush=True,
        )
    print(f"\nbroken: {min(means):.4f} to {max(means):.4f}; allowed: {REACH}")
    if max(means) > REACH:
        raise SystemExit("the promise is broken too often")


if __name__ == "__main__":
    main()
