"""Shifted against clean: the difference of disagreement rates, with shared and with independent inputs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from quantshift.analysis import clusters, independent
from quantshift.analysis.estimate import Estimate
from quantshift.analysis.intervals import two_sided_p_value, weighted_sum
from quantshift.analysis.pools import CLEAN, Pools, Rates


@dataclass(frozen=True)
class Contrast:
    """The parts of one data set's effect: rate on the shifted test sets minus rate on the clean one.

    Attributes:
        clean: rates [n] of the clean test set, by source.
        paired: [n], shifted rate minus clean rate of the same source; NaN where a source has no shifted copy.
        paired_weight: the shifted copies' share of the effect, 0..1.
        natural: rates [m] by source and share of the effect, of each pool of other inputs.
    """

    clean: Rates
    paired: Rates
    paired_weight: float
    natural: tuple[tuple[Rates, float], ...]

    @property
    def effect(self) -> float:
        """The point estimate."""
        clean = float(self.clean.mean())
        paired = self.paired_weight * float(np.nanmean(self.paired)) if self.paired_weight else 0.0
        return paired + sum(weight * (float(rates.mean()) - clean) for rates, weight in self.natural)

    @property
    def deltas(self) -> Rates:
        """The paired deltas that there are."""
        return self.paired[~np.isnan(self.paired)]

    def estimate(self, random: np.random.Generator, *, draws: int = clusters.FLIPS) -> Estimate:
        """Return the effect with its interval and p-value.

        Shared inputs alone: clusters. Other inputs alone: independent groups. Both: the limits of the independent
        parts are joined, and the p-value is recovered from them.
        """
        if not self.natural:
            return clusters.estimate([self.deltas], [1.0], random, flips=draws)
        weights = [weight for _, weight in self.natural]
        groups = [rates for rates, _ in self.natural]
        if not self.paired_weight:
            return independent.estimate([self.clean, *groups], [-sum(weights), *weights], random, permutations=draws)
        # The clean inputs enter twice, as partners of their copies and as the natural inputs' reference: per input.
        copies = np.nan_to_num(self.paired) * self.paired_weight * self.paired.size / self.deltas.size
        contributions = copies - sum(weights) * self.clean
        low, high = clusters.bootstrap([contributions], [1.0], random)
        limits = [(low, high), *(independent.rate_interval(rates) for rates in groups)]
        means = [float(contributions.mean()), *(float(rates.mean()) for rates in groups)]
        return joined(means, limits, [1.0, *weights], self.clean.size + sum(rates.size for rates in groups))


def contrast(pools: Pools, suites: Sequence[str]) -> Contrast:
    """Return the contrast of the suites' mean disagreement rate with the clean test set's.

    Every suite has the same weight, and within a suite every test set.
    """
    shares = {suite: 1 / (len(suites) * pools.sets(suite)) for suite in suites}
    first, *others = pools.pools
    clean = first.rates[CLEAN]
    natural = []
    for pool in others:
        weights = {suite: share * pool.sets[suite] for suite, share in shares.items() if suite in pool.sets}
        if weights:
            rates = pool.mean(weights)
            natural.append((rates[~np.isnan(rates)], sum(weights.values())))
    weights = {suite: share * first.sets[suite] for suite, share in shares.items() if suite in first.sets}
    return Contrast(clean[~np.isnan(clean)], _paired(first.mean(weights), clean), sum(weights.values()), tuple(natural))


def over_datasets(contrasts: Sequence[Contrast], random: np.random.Generator, *, draws: int) -> Estimate:
    """Return the mean effect of several data sets, each with the same weight."""
    if len(contrasts) == 1:
        return contrasts[0].estimate(random, draws=draws)
    share = 1 / len(contrasts)
    if not any(part.natural for part in contrasts):
        return clusters.estimate([part.deltas for part in contrasts], [share] * len(contrasts), random, flips=draws)
    estimates = [part.estimate(random, draws=draws) for part in contrasts]
    limits = [(part.low, part.high) for part in estimates]
    n = sum(part.n for part in estimates)
    return joined([part.effect for part in estimates], limits, [share] * len(contrasts), n)


def joined(means: Sequence[float], limits: Sequence[tuple[float, float]], weights: Sequence[float], n: int) -> Estimate:
    """Return the weighted sum of independent estimates with their 95 % limits."""
    effect = sum(weight * mean for weight, mean in zip(weights, means, strict=True))
    low, high = weighted_sum(means, [limit[0] for limit in limits], [limit[1] for limit in limits], weights)
    return Estimate(effect, low, high, two_sided_p_value(effect, low, high), n)


def _paired(shifted: Rates, clean: Rates) -> Rates:
    """Return shifted minus clean [clean sources]; both are NaN where they lack a source of the pool."""
    tested = ~np.isnan(clean)
    return shifted[tested] - clean[tested]
