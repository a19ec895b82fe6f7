"""The outcomes of the findings' code on simulated studies, at each level."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from quantshift.analysis.detection.detection_draws import Draws
from quantshift.analysis.effects.replication import FEWEST_SEEDS
from quantshift.analysis.effects.source_rates import Cell, DisagreementRates
from quantshift.analysis.retrained import BeforeAndAfter
from quantshift.analysis.retrained import Cell as RetrainedCell
from quantshift.analysis.statistics.estimate import Estimate
from quantshift.analysis.statistics.verdict import verdict
from quantshift.core.names import CONTROL, HELD_OUT, INCONCLUSIVE
from quantshift.studies.arxiv_2204_04220.findings import few_removed, quantization_aware, shifted_data, small_margins
from quantshift.studies.arxiv_2204_04220.findings.few_removed import AGAINST_CONTROL
from simulated_studies.designs import Design
from simulated_studies.inputs import Inputs, Ranked, Retrained, Truth, auroc

# Standard deviation, over seeds, of the factor on the disagreement rate.
SPREAD = 0.3
# Standard deviation, over seeds, of a metric's distance (see `Ranked.model`).
SPREAD_OF_DISTANCE = 0.1
# The largest number of models per data set, and per seed with several seeds, for which finding 3 is simulated.
RANKED_MODELS, RANKED_MODELS_OF_SEEDS = 3, 2


class Outcome(NamedTuple):
    """A simulated claim.

    Attributes:
        level: cell, architecture, dataset or overall, with other properties that distinguish the claim.
        dataset: empty for overall claims; finding 1 adds the suite.
        decided: whether the verdict was not "inconclusive".
        covered: whether the interval contains the true effect.
        half_width: half the width of the interval.
    """

    level: str
    dataset: str
    decided: bool
    covered: bool
    half_width: float


def outcome(level: str, dataset: str, estimate: Estimate, effect: float) -> Outcome:
    """Return the outcome of a claim whose true effect is `effect`."""
    covered = estimate.low - 1e-12 <= effect <= estimate.high + 1e-12
    decided = verdict(estimate.low, estimate.high, estimate.p_value, estimate.events) != INCONCLUSIVE
    return Outcome(level, dataset, decided, covered, (estimate.high - estimate.low) / 2)


def by_seed(seeds: int, random: np.random.Generator) -> list[float]:
    """Return the factor on the rate of each seed, with mean 1.

    A claim about fewer than three seeds is about these specific models, so their true effects are equal.
    """
    if seeds < FEWEST_SEEDS:
        return [1.0] * seeds
    return [max(0.0, 1 + SPREAD * float(random.standard_normal())) for _ in range(seeds)]


def finding_1(sizes: Sequence[Design], truth: Truth, random: np.random.Generator) -> Iterator[Outcome]:
    """Simulate finding 1. Without an effect, shifted rates equal the clean rates; with an effect, they are doubled."""
    shifted, effect = (2.0, truth.rate) if truth.effect else (1.0, 0.0)
    overall: dict[Cell, DisagreementRates] = {}
    for design in sizes:
        inputs = Inputs(design, truth, random)
        dataset = design.architectures * len(design.methods) * design.quantizers
        counts = {"cell": 1, "architecture": dataset // design.architectures, "dataset": dataset}
        for level, models in counts.items():
            named = {_cell(design): inputs.rates(models, shifted=shifted)}
            yield from _finding_1(level, design, named, effect)
        overall |= named
        if design.seeds > 1:
            seeds = {
                _cell(design, seed): inputs.rates(dataset, shifted=shifted * factor)
                for seed, factor in enumerate(by_seed(design.seeds, random))
            }
            yield from _finding_1(f"dataset, {design.seeds} seeds", design, seeds, effect)
    if len(sizes) > 1:
        yield outcome("overall", "", shifted_data.estimated(overall, list(overall), ""), effect)


def _finding_1(level: str, design: Design, models: dict[Cell, DisagreementRates], effect: float) -> Iterator[Outcome]:
    for suite in next(iter(models.values())).suites:
        estimate = shifted_data.estimated(models, list(models), suite)
        yield outcome(level, f"{design.dataset}/{suite}", estimate, effect)


def finding_2(sizes: Sequence[Design], truth: Truth, random: np.random.Generator) -> Iterator[Outcome]:
    """Simulate finding 2. Without an effect, one other method is as stable as quantization-aware training.

    With an effect, this method has twice the rate. All further methods have twice the rate of this method.
    """
    base, effect = (2.0, truth.rate) if truth.effect else (1.0, 0.0)
    overall: dict[Cell, DisagreementRates] = {}
    for design in sizes:
        aware = quantization_aware.QUANTIZATION_AWARE
        if aware not in design.methods:
            continue
        others = [method for method in design.methods if method != aware]
        factors = {aware: 1.0, others[0]: base, **dict.fromkeys(others[1:], 2 * base)}
        inputs = Inputs(design, truth, random)
        counts = {
            "cell": (1, 1),
            "architecture": (design.quantizers, 1),
            "dataset": (design.architectures * design.quantizers, 1),
        }
        if design.seeds > 1:
            counts[f"dataset, {design.seeds} seeds"] = (design.architectures * design.quantizers, design.seeds)
        for level, (models, seeds) in counts.items():
            named = {}
            # A cell's claim compares with a single method.
            for method in [aware, *(others[:1] if level == "cell" else others)]:
                for seed, by_training in enumerate(by_seed(seeds, random)):
                    factor = factors[method] * by_training
                    named[_cell(design, seed, method)] = inputs.rates(models, clean=factor, shifted=factor)
            first = [cell for cell in named if cell.method == others[0]]
            yield outcome(f"{level}, one method", design.dataset, _finding_2(named, first), effect)
            if level != "cell":
                yield outcome(f"{level}, all methods", design.dataset, _finding_2(named, list(named)), effect)
            if level == "dataset":
                overall |= named
    if len({cell.dataset for cell in overall}) > 1:
        yield outcome("overall, all methods", "", _finding_2(overall, list(overall)), effect)


def _finding_2(models: dict[Cell, DisagreementRates], cells: Sequence[Cell]) -> Estimate:
    pairs = [quantization_aware.Pair(*cell) for cell in cells if cell.method != quantization_aware.QUANTIZATION_AWARE]
    return quantization_aware.estimated(models, pairs)


def finding_3(sizes: Sequence[Design], truth: Truth, random: np.random.Generator) -> Iterator[Outcome]:
    """Simulate finding 3. Without an effect, entropy ranks as well as the margin, and the other metrics rank worse."""
    margin, entropy, others = (2.0, 1.5, 1.0) if truth.effect else (2.0, 2.0, 1.5)
    distances = {"margin": margin, "entropy": entropy, "gini": others, "least_confidence": others}
    effect = auroc(margin) - auroc(entropy)
    overall: dict[Cell, Draws] = {}
    for design in sizes:
        ranked = Ranked(design, truth, random)
        models = min(design.architectures * len(design.methods) * design.quantizers, RANKED_MODELS)
        draws = _ranked(ranked, design, distances, models)
        if draws:
            yield outcome("cell", design.dataset, small_margins.estimated(draws, list(draws)[:1]), effect)
            yield outcome("dataset", design.dataset, small_margins.estimated(draws, list(draws)), effect)
        overall |= draws
        if design.seeds > 1:
            spread = SPREAD_OF_DISTANCE if design.seeds >= FEWEST_SEEDS else 0.0
            draws = _ranked(ranked, design, distances, min(models, RANKED_MODELS_OF_SEEDS), design.seeds, spread)
            expected = auroc(margin, spread) - auroc(entropy, spread)
            if draws:
                estimate = small_margins.estimated(draws, list(draws))
                yield outcome(f"dataset, {design.seeds} seeds", design.dataset, estimate, expected)
    if len({cell.dataset for cell in overall}) > 1:
        yield outcome("overall", "", small_margins.estimated(overall, list(overall)), effect)


def _ranked(
    ranked: Ranked, design: Design, distances: dict[str, float], models: int, seeds: int = 1, spread: float = 0.0
) -> dict[Cell, Draws]:
    """Return the AUROCs of the models that have AUROCs with every seed."""
    by_cell: dict[Cell, Draws] = {}
    for model in range(models):
        by_seed = {}
        for seed in range(seeds):
            moved = {name: distance + spread * ranked.random.standard_normal() for name, distance in distances.items()}
            draws = ranked.model(moved)
            if draws is None:
                break
            by_seed[_cell(design, seed, str(model))] = draws
        if len(by_seed) == seeds:
            by_cell |= by_seed
    return by_cell


def finding_4(sizes: Sequence[Design], truth: Truth, random: np.random.Generator) -> Iterator[Outcome]:
    """Simulate finding 4. Without an effect, half of the disagreements remain, as in the control.

    With an effect, a quarter of them remains, and half in the control.
    """
    remaining = 0.25 if truth.effect else 0.5
    overall: dict[RetrainedCell, BeforeAndAfter] = {}
    for design in sizes:
        if not design.retrained_methods:
            continue
        retrained = Retrained(design.clean // 2, truth, random)
        all_models = design.architectures, design.retrained_methods
        counts = {"cell": (1, 1, 1), "architecture": (1, design.retrained_methods, 1), "dataset": (*all_models, 1)}
        if design.retrained_seeds > 1:
            counts[f"dataset, {design.retrained_seeds} seeds"] = (*all_models, design.retrained_seeds)
        for level, sizes_of_level in counts.items():
            quantizers = 1 if level == "cell" else design.retrained_quantizers
            models = _retrained(retrained, design, sizes_of_level, quantizers, remaining)
            yield from _finding_4(level, design.dataset, models, remaining)
            if level == "dataset":
                overall |= models
    if len({cell.dataset for cell in overall}) > 1:
        yield from _finding_4("overall", "", overall, remaining)


def _retrained(
    retrained: Retrained, design: Design, sizes: tuple[int, int, int], quantizers: int, remaining: float
) -> dict[RetrainedCell, BeforeAndAfter]:
    """Return the disagreements before and after retraining, over architectures, methods and seeds."""
    architectures, methods, seeds = sizes
    pairs = {}
    for seed, seed_factor in enumerate(by_seed(seeds, retrained.random)):
        for architecture, method in product(range(architectures), range(methods)):
            prone = retrained.model()
            for variant in range(quantizers):
                before = retrained.mask(prone)
                for protocol, factor in ((HELD_OUT, remaining), (CONTROL, 0.5)):
                    names = design.dataset, str(architecture), str(method), seed, str(variant), protocol
                    after = retrained.mask(prone, factor * seed_factor)
                    pairs[RetrainedCell(*names)] = BeforeAndAfter(retrained.sources, before, after)
    return pairs


def _finding_4(
    level: str, dataset: str, models: dict[RetrainedCell, BeforeAndAfter], remaining: float
) -> Iterator[Outcome]:
    held_out = [cell for cell in models if cell.protocol == HELD_OUT]
    compared = [cell._replace(protocol=AGAINST_CONTROL) for cell in held_out]
    for claim, cells, effect in (
        ("held out", held_out, remaining - 0.5),
        ("against the control", compared, 0.5 - remaining),
    ):
        estimate = few_removed.estimated(models, cells)
        if estimate is not None:
            yield outcome(f"{level}, {claim}", dataset, estimate, effect)


def _cell(design: Design, seed: int = 0, method: str = "all") -> Cell:
    return Cell(design.dataset, "all", method, seed, "all")


FINDINGS: tuple[Callable[[Sequence[Design], Truth, np.random.Generator], Iterator[Outcome]], ...] = (
    finding_1,
    finding_2,
    finding_3,
    finding_4,
)
