"""The inputs of a simulated data set, and on which of them models disagree.

A model disagrees on an input if a normal variable is below a threshold. Copies of an input share a part of its
variance; models share half of the rest, and half of what the copies share.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from quantshift.analysis.detection.detection_draws import Draws
from quantshift.analysis.detection.ranking import Ranking
from quantshift.analysis.effects.source_rates import CLEAN, DisagreementRates, SourceGroup
from quantshift.analysis.statistics.resampling import cluster_weights
from simulated_studies.designs import Design

COMMON_TO_MODELS = 0.5
RESAMPLES = 300
# Larger designs are cut to these numbers of inputs and copies for detectors.
MOST_RANKED = 2_000
MOST_COPIES = 5
# Standard deviations of an input's scores: the part that its copies share, and the part of each metric.
OF_COPIES, OF_METRIC = 0.5, 0.3
# A model with fewer disagreements has no AUROC.
FEWEST_RANKED = 10
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Truth:
    """The truth that is simulated.

    Attributes:
        rate: disagreement rate.
        share: fraction of the variance that copies of an input share.
        effect: whether the findings' effects exist.
    """

    rate: float
    share: float
    effect: bool = False


class Inputs:
    """The source inputs of one data set in one simulated study, and how prone each is to disagreements."""

    def __init__(self, design: Design, truth: Truth, random: np.random.Generator) -> None:
        """Draw the inputs and the windows of the shifts."""
        self.design, self.truth, self.random = design, truth, random
        self.prone = random.standard_normal(design.clean)
        order = random.permutation(design.clean)
        copies: dict[str, list[NDArray[np.int64]]] = {}
        for suite, severities, count in design.shifts:
            window = order[(random.integers(design.clean) + np.arange(count)) % design.clean]
            copies.setdefault(suite, []).extend([window] * severities)
        natural = [(suite, random.standard_normal(count)) for suite, count in design.natural]
        suites = [CLEAN, *(suite for suite, severities, _ in design.shifts for _ in range(severities))]
        suites += [suite for suite, _ in natural]
        self.sets = {suite: suites.count(suite) for suite in dict.fromkeys(suites)}
        # By suite: the source of each copy, and the copy's weight in the suite's mean rate.
        self.copies = {
            suite: (
                np.concatenate(windows),
                np.concatenate([np.full(len(window), 1 / (self.sets[suite] * len(window))) for window in windows]),
            )
            for suite, windows in copies.items()
        }
        self.sources, even = np.arange(design.clean), np.full(design.clean, 1 / design.clean)
        self.exposures = {CLEAN: even} | {suite: self._by_source(*copies) for suite, copies in self.copies.items()}
        self.natural = [
            (suite, prone, np.full(len(prone), 1 / (self.sets[suite] * len(prone)))) for suite, prone in natural
        ]

    def rates(self, models: int, *, clean: float = 1.0, shifted: float = 1.0) -> DisagreementRates:
        """Return the mean disagreement rates of several models, with factors on the rate."""
        separate = self.random.standard_normal(self.design.clean)
        prone = np.sqrt(COMMON_TO_MODELS) * self.prone + np.sqrt(1 - COMMON_TO_MODELS) * separate
        rates = {CLEAN: self._disagreements(prone, models, clean) / len(prone)}
        for suite, (sources, weights) in self.copies.items():
            drawn = self._disagreements(prone[sources], models, shifted)
            rates[suite] = self._by_source(sources, weights * drawn)
        groups = [SourceGroup(self.sources, rates, self.exposures)]
        for index, (suite, others, weights) in enumerate(self.natural):
            drawn = self._disagreements(others, models, shifted)
            sources = np.arange(len(others)) - (index + 1) * 1_000_000
            groups.append(SourceGroup(sources, {suite: weights * drawn}, {suite: weights}))
        return DisagreementRates(tuple(groups), dict.fromkeys(self.sets, ("shift",)), self.sets)

    def _by_source(self, sources: NDArray[np.int64], values: Floats) -> Floats:
        return np.bincount(sources, weights=values, minlength=self.design.clean).astype(np.float64)

    def _disagreements(self, prone: Floats, models: int, factor: float) -> Floats:
        """Return the fraction of the models that disagree on each input."""
        share = self.truth.share
        separate = self.random.standard_normal(len(prone))
        latent = np.sqrt(share) * prone + np.sqrt((1 - share) * COMMON_TO_MODELS) * separate
        rest = np.sqrt((1 - share) * (1 - COMMON_TO_MODELS))
        chance = ndtr((ndtri(min(self.truth.rate * factor, 0.5)) - latent) / rest)
        return binomial(models, chance, self.random) / models


def binomial(count: int, chance: Floats, random: np.random.Generator) -> Floats:
    """Return binomial draws [n] of `count` trials with probability `chance` [n]; fast if most draws are 0."""
    drawn = random.random(len(chance))
    if count == 1:
        return (drawn < chance).astype(np.float64)
    failure = np.log1p(-np.minimum(chance, 1 - 1e-12))
    zero = np.exp(count * failure)
    positive = np.flatnonzero(drawn >= zero)
    # The first success follows a geometric number of failures; the remaining trials are independent of it.
    remaining = 1 - (drawn[positive] - zero[positive])
    before = np.minimum(np.floor(np.log(remaining) / failure[positive]), count - 1).astype(np.int64)
    successes = np.zeros(len(chance))
    successes[positive] = 1 + random.binomial(count - 1 - before, chance[positive])
    return successes


class Retrained:
    """The counted inputs of retrained models of one data set."""

    def __init__(self, inputs: int, truth: Truth, random: np.random.Generator) -> None:
        """Draw the inputs."""
        self.truth, self.random = truth, random
        self.sources = np.arange(inputs)
        self.prone = random.standard_normal(inputs)

    def model(self) -> Floats:
        """Return how prone a model is to disagree, by input."""
        separate = self.random.standard_normal(len(self.prone))
        prone: Floats = np.sqrt(COMMON_TO_MODELS) * self.prone + np.sqrt(1 - COMMON_TO_MODELS) * separate
        return prone

    def mask(self, prone: Floats, factor: float = 1.0) -> Mask:
        """Return the mask of the inputs on which a model disagrees, with a factor on the rate."""
        share = self.truth.share
        latent = np.sqrt(share) * prone + np.sqrt(1 - share) * self.random.standard_normal(len(prone))
        below: Mask = latent < ndtri(self.truth.rate * factor)
        return below


class Ranked:
    """Copies of inputs that metrics rank by their scores."""

    def __init__(self, design: Design, truth: Truth, random: np.random.Generator) -> None:
        """Draw the inputs and the resamples, which all models share."""
        self.truth, self.random = truth, random
        self.inputs = min(design.clean, MOST_RANKED)
        copies = min(1 + sum(severities for _, severities, _ in design.shifts), MOST_COPIES)
        self.clusters = np.repeat(np.arange(self.inputs), copies)
        self.prone, self.hard = random.standard_normal((2, self.inputs))
        weights = cluster_weights(np.zeros(self.inputs, dtype=np.int64), RESAMPLES, random)
        self.weights = np.concatenate([np.ones((self.inputs, 1), dtype=np.float32), weights], axis=1)

    def model(self, distances: dict[str, float]) -> Draws | None:
        """Return the AUROCs of one model by metric; None if fewer than ten inputs disagree.

        Args:
            distances: by metric, the difference between the mean scores of disagreements and agreements.
        """
        random, clusters, share = self.random, self.clusters, self.truth.share
        prone, hard = (
            np.sqrt(COMMON_TO_MODELS) * common + np.sqrt(1 - COMMON_TO_MODELS) * random.standard_normal(self.inputs)
            for common in (self.prone, self.hard)
        )
        latent = np.sqrt(share) * prone[clusters] + np.sqrt(1 - share) * random.standard_normal(len(clusters))
        positive = latent < ndtri(self.truth.rate)
        events = len(np.unique(clusters[positive]))
        if events < FEWEST_RANKED:
            return None
        negatives = np.bincount(clusters[~positive], minlength=self.inputs).astype(np.float32) @ self.weights
        common = random.standard_normal(len(clusters)) + OF_COPIES * hard[clusters]
        auroc, resampled = {}, {}
        for metric, distance in distances.items():
            scores = distance * positive + common + OF_METRIC * random.standard_normal(len(clusters))
            quality = Ranking.of(scores, positive, clusters, self.inputs).quality(self.weights, negatives)
            auroc[metric], resampled[metric] = float(quality.auroc[0]), quality.auroc[1:]
        return Draws(auroc, resampled, self.inputs, events)


def auroc(distance: float, spread: float = 0.0) -> float:
    """Return the expected AUROC of a metric (see `Ranked.model`) whose distance has the standard deviation `spread`."""
    return float(ndtr(distance / np.sqrt(2 * (1 + OF_COPIES**2 + OF_METRIC**2) + spread**2)))
