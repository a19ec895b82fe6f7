"""Whether verdicts keep their level: simulated studies in which every claim is false, on the designs of real configs.

Each simulated study has the sizes of a config's test sets: clean inputs, windows of shifted copies, natural shifts,
models and seeds. Its disagreements are drawn so that no finding's effect is there. The findings' own code then tests
it: a table says how often it rejects at 5 % (at most 7 % are asked for) and how often its 95 % interval holds the true
effect (at least 93 %).

    python benchmarks/coverage.py                        # the designs of config/config.yaml, 1,000 studies each
    python benchmarks/coverage.py --configfile config/thorough.yaml --studies 200
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from quantshift.analysis.detection.detection_draws import Draws
from quantshift.analysis.detection.ranking import Ranking
from quantshift.analysis.effects import claims
from quantshift.analysis.effects.pools import CLEAN, Cell, Pool, Pools
from quantshift.analysis.effects.replication import FEWEST_SEEDS
from quantshift.analysis.retrained import BeforeAndAfter
from quantshift.analysis.retrained import Cell as RetrainedCell
from quantshift.analysis.statistics.resampling import cluster_weights
from quantshift.seeds import generator
from quantshift.studies.arxiv_2204_04220.findings import few_removed, quantization_aware, shifted_data, small_margins
from quantshift.study import Study

ROOT = Path(__file__).parents[1]
# Test inputs where a config takes all of them; the largest ones are cut, since a larger design is an easier one.
ALL_INPUTS = {
    "mnist": 10_000,
    "fashion_mnist": 10_000,
    "cifar10": 10_000,
    "imdb": 5_000,
    "emoji": 300,
    "iwildcam": 10_000,
}
NATURAL_INPUTS = 1_000
RATES = (0.002, 0.01, 0.05)
# The share of the variance that the copies of an input have in common; models and seeds share half of theirs.
SHARES = (0.0, 0.5, 0.9)
COMMON_TO_MODELS = 0.5
# The standard deviation of the factor by which a shift changes the rate of one seed.
SPREAD = 0.3
RESAMPLES = 300
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Design:
    """The sizes of one data set in a study.

    Attributes:
        dataset: its name.
        clean: number of clean test inputs.
        shifts: suite, severities and inputs of each synthetic shift.
        natural: suite and inputs of each natural shift.
        architectures: number of them.
        methods: number of training methods.
        quantizers: number of them.
        seeds: number of them.
    """

    dataset: str
    clean: int
    shifts: tuple[tuple[str, int, int], ...]
    natural: tuple[tuple[str, int], ...]
    architectures: int
    methods: int
    quantizers: int
    seeds: int


def designs(study: Study) -> list[Design]:
    """Return the designs of a study's data sets."""
    found = []
    for dataset in study.config["study"]["datasets"]:
        clean = study.splits(dataset)["test_limit"] or ALL_INPUTS[dataset]
        window = min(study.shift_limit(dataset) or clean, clean)
        shifts, natural = [], []
        for suite in [name for name in study.suites(dataset) if name != CLEAN]:
            severities: dict[str, int] = {}
            for test_set in study.test_sets(suite):
                severities[test_set.shift] = severities.get(test_set.shift, 0) + 1
            for shift, count in severities.items():
                if study.source_kind(suite, shift) == "natural":
                    natural.append((suite, min(clean, NATURAL_INPUTS)))
                else:
                    shifts.append((suite, count, window))
        architectures = sum(name == dataset for name, _ in study.architectures)
        sizes = architectures, len(study.methods(dataset)), len(study.quantizers), len(study.seeds(dataset))
        found.append(Design(dataset, clean, tuple(shifts), tuple(natural), *sizes))
    return found


@dataclass(frozen=True)
class Null:
    """What is simulated: the rate of disagreement, and the share of the variance that copies have in common."""

    rate: float
    share: float


class Inputs:
    """The source inputs of one data set in one simulated study: how prone each is to disagreements."""

    def __init__(self, design: Design, null: Null, random: np.random.Generator) -> None:
        """Draw the inputs and the windows of the shifts."""
        self.design, self.null, self.random = design, null, random
        self.prone = random.standard_normal(design.clean)
        order = random.permutation(design.clean)
        self.windows = []
        for suite, severities, count in design.shifts:
            start = int(random.integers(design.clean))
            self.windows.append((suite, severities, order[(start + np.arange(count)) % design.clean]))
        self.natural = [(suite, random.standard_normal(count)) for suite, count in design.natural]

    def model(self, models: int, *, clean: float = 1.0, shifted: float = 1.0) -> Pools:
        """Return the mean disagreement rates of several models, with factors on the null's rate."""
        own = self.random.standard_normal(self.design.clean)
        prone = np.sqrt(COMMON_TO_MODELS) * self.prone + np.sqrt(1 - COMMON_TO_MODELS) * own
        sets: dict[str, int] = {CLEAN: 1}
        for suite, severities, _ in self.windows:
            sets[suite] = sets.get(suite, 0) + severities
        for suite, _ in self.natural:
            sets[suite] = sets.get(suite, 0) + 1
        nothing = np.zeros(self.design.clean)
        rates = {CLEAN: self.disagreements(prone, models, clean) / len(prone)}
        exposures = {CLEAN: np.full(len(prone), 1 / len(prone))}
        for suite, severities, window in self.windows:
            rates.setdefault(suite, nothing.copy())
            exposures.setdefault(suite, nothing.copy())
            weight = 1 / (sets[suite] * len(window))
            for _ in range(severities):
                rates[suite][window] += weight * self.disagreements(prone[window], models, shifted)
                exposures[suite][window] += weight
        pools = [Pool(np.arange(len(prone)), rates, exposures)]
        for place, (suite, others) in enumerate(self.natural):
            weight = 1 / (sets[suite] * len(others))
            part = weight * self.disagreements(others, models, shifted)
            first = -(place + 1) * 1_000_000
            pools.append(Pool(first + np.arange(len(others)), {suite: part}, {suite: np.full(len(others), weight)}))
        return Pools(tuple(pools), dict.fromkeys(sets, ("shift",)), sets)

    def disagreements(self, prone: Floats, models: int, factor: float) -> Floats:
        """Return the share of the models that disagree on each input."""
        share = self.null.share
        own = self.random.standard_normal(len(prone))
        latent = np.sqrt(share) * prone + np.sqrt((1 - share) * COMMON_TO_MODELS) * own
        rest = np.sqrt((1 - share) * (1 - COMMON_TO_MODELS))
        chance = ndtr((ndtri(min(self.null.rate * factor, 0.5)) - latent) / rest)
        return self.random.binomial(models, chance) / models


# A simulated claim: finding, level, whether it was rejected, whether its interval held the truth, and its half-width.
Outcome = tuple[int, str, bool, bool, float]


def outcome(level: str, claim: claims.Claim, truth: float = 0.0) -> Outcome:
    """Return what became of a claim whose effect is `truth`."""
    one = claim.estimate
    held = one.low - 1e-12 <= truth <= one.high + 1e-12
    row = claims.rows([claim])[0]
    return claim.finding, level, row["verdict"] != "inconclusive", held, (one.high - one.low) / 2


def finding_1(sizes: Sequence[Design], null: Null, random: np.random.Generator) -> Iterator[Outcome]:
    """Simulate finding 1: shifted rates are the clean ones, at each level."""
    overall: dict[Cell, Pools] = {}
    for design in sizes:
        inputs = Inputs(design, null, random)
        counts = {
            "cell": 1,
            "architecture": design.methods * design.quantizers,
            "dataset": design.architectures * design.methods * design.quantizers,
        }
        for level, models in counts.items():
            named = {Cell(design.dataset, "all", "all", 0, "all"): inputs.model(models)}
            for claim in shifted_data.claims(named, {}):
                if claim.level == "cell":
                    yield outcome(f"{level}, {design.dataset}/{claim.suite}", claim)
        overall |= named
        if design.seeds > 1:
            # Three seeds or more differ in how much a shift brings; over all of them it brings nothing. A claim about
            # fewer seeds is about these very models, of which a shift brings nothing to any.
            spread = SPREAD if design.seeds >= FEWEST_SEEDS else 0.0
            seeds = {
                Cell(design.dataset, "all", "all", seed, "all"): inputs.model(
                    counts["dataset"], shifted=max(0.0, 1 + spread * random.standard_normal())
                )
                for seed in range(design.seeds)
            }
            for claim in shifted_data.claims(seeds, {}):
                if claim.level == "cell":
                    yield outcome(f"dataset, {design.seeds} seeds, {design.dataset}/{claim.suite}", claim)
    for claim in shifted_data.claims(overall, {}):
        if claim.level == "overall":
            yield outcome("overall", claim)


def finding_2(sizes: Sequence[Design], null: Null, random: np.random.Generator) -> Iterator[Outcome]:
    """Simulate finding 2: one other method is as stable as the quantization-aware one, the others are not."""
    methods = {"adversarial": 2.0, "continued": 1.0, "mixup": 2.0, "standard": 2.0, "qat": 1.0}
    overall: dict[Cell, Pools] = {}
    for design in sizes:
        inputs = Inputs(design, null, random)
        counts = {
            "cell": 1,
            "architecture": design.quantizers,
            "dataset": design.architectures * design.quantizers,
        }
        for level, models in counts.items():
            named = {
                Cell(design.dataset, "all", method, 0, "all"): inputs.model(models, clean=factor, shifted=factor)
                for method, factor in methods.items()
            }
            for claim in quantization_aware.claims(named, {}):
                if claim.level == "cell" and claim.method == "continued":
                    yield outcome(f"{level}, {design.dataset}, one method", claim)
                if claim.level == "architecture" and not claim.method and level != "cell":
                    yield outcome(f"{level}, {design.dataset}, all methods", claim)
        overall |= named
    for claim in quantization_aware.claims(overall, {}):
        if claim.level == "overall" and not claim.method:
            yield outcome("overall, all methods", claim)


def finding_3(sizes: Sequence[Design], null: Null, random: np.random.Generator) -> Iterator[Outcome]:
    """Simulate finding 3: the margin ranks disagreements as well as entropy, and better than the others."""
    overall = {}
    for design in sizes:
        inputs = min(design.clean, 2_000)
        copies = 1 + min(sum(severities for _, severities, _ in design.shifts), 4)
        draws = _scores(inputs, copies, null, random)
        if draws is None:
            continue
        overall[Cell(design.dataset, "all", "all", 0, "all")] = draws
    for claim in small_margins.claims(overall, {}):
        if claim.level == "cell":
            yield outcome(f"cell, {claim.dataset}", claim)
        if claim.level == "overall" and len(overall) > 1:
            yield outcome("overall", claim)


def _scores(inputs: int, copies: int, null: Null, random: np.random.Generator) -> Draws | None:
    """Return AUROCs of the metrics on copies of inputs; None where fewer than ten sources disagree."""
    clusters = np.repeat(np.arange(inputs), copies)
    prone = np.sqrt(null.share) * random.standard_normal(inputs)[clusters]
    latent = prone + np.sqrt(1 - null.share) * random.standard_normal(len(clusters))
    positive = latent < ndtri(null.rate)
    events = len(np.unique(clusters[positive]))
    if events < 10:
        return None
    weights = cluster_weights(np.zeros(inputs, dtype=np.int64), RESAMPLES, random)
    weights = np.concatenate([np.ones((inputs, 1), dtype=np.float32), weights], axis=1)
    negatives = np.bincount(clusters[~positive], minlength=inputs).astype(np.float32) @ weights
    common = random.standard_normal(len(clusters)) + 0.5 * random.standard_normal(inputs)[clusters]
    auroc, resampled = {}, {}
    for metric, shift in (("margin", 2.0), ("entropy", 2.0), ("gini", 1.5), ("least_confidence", 1.5)):
        scores = shift * positive + common + 0.3 * random.standard_normal(len(clusters))
        quality = Ranking.of(scores, positive, clusters, inputs).quality(weights, negatives)
        auroc[metric], resampled[metric] = float(quality.auroc[0]), quality.auroc[1:]
    return Draws(auroc, resampled, inputs, events)


def finding_4(sizes: Sequence[Design], null: Null, random: np.random.Generator) -> Iterator[Outcome]:
    """Simulate finding 4: half of the disagreements are left, with the disagreements and without them alike."""
    models: dict[RetrainedCell, BeforeAndAfter] = {}
    for design in sizes:
        count, sources = design.clean // 2, np.arange(design.clean // 2)
        prone = np.sqrt(null.share) * random.standard_normal(count)

        def mask(rate: float, prone: Floats = prone) -> NDArray[np.bool_]:
            own = np.sqrt(1 - null.share) * random.standard_normal(len(prone))
            disagrees: NDArray[np.bool_] = prone + own < ndtri(rate)
            return disagrees

        for variant in range(design.quantizers):
            before = mask(null.rate)
            for protocol in (few_removed.HELD_OUT, few_removed.CONTROL):
                cell = RetrainedCell(design.dataset, "all", "standard", 0, str(variant), protocol)
                models[cell] = BeforeAndAfter(sources, before, mask(null.rate / 2), usable=True)
    for claim in few_removed.claims(models, {}):
        against = "against the control" if claim.scope.endswith(few_removed.AGAINST_CONTROL) else "held out"
        if claim.scope.endswith(few_removed.CONTROL) and against == "held out":
            continue
        if claim.level in ("cell", "dataset"):
            yield outcome(f"{claim.level}, {claim.dataset}, {against}", claim)
        if claim.level == "overall":
            yield outcome(f"overall, {against}", claim)


FINDINGS: tuple[Callable[[Sequence[Design], Null, np.random.Generator], Iterator[Outcome]], ...] = (
    finding_1,
    finding_2,
    finding_3,
    finding_4,
)


def simulate(sizes: Sequence[Design], studies: int, findings: Sequence[int], nulls: Sequence[Null]) -> pd.DataFrame:
    """Return a row for each finding, level, rate and share: how often it was rejected, and how often it was covered."""
    rows = []
    for null in nulls:
        for number in findings:
            random = generator("coverage", number, str(null.rate), str(null.share))
            for _ in range(studies):
                rows += [(null.rate, null.share, *one) for one in FINDINGS[number - 1](sizes, null, random)]
    columns = ["rate", "share", "finding", "level", "rejected", "covered", "half_width"]
    table = pd.DataFrame(rows, columns=columns)
    by = ["finding", "level", "rate", "share"]
    return table.groupby(by, as_index=False).agg(
        studies=("rejected", "size"),
        rejected=("rejected", "mean"),
        covered=("covered", "mean"),
        half_width=("half_width", "mean"),
    )


def summary(table: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """Return for each finding and level the mean and the worst figures over the grid, of those with enough studies."""
    enough = table[table["studies"] >= fewest]
    return enough.groupby(["finding", "level"], as_index=False).agg(
        rejected=("rejected", "mean"),
        most_rejected=("rejected", "max"),
        covered=("covered", "mean"),
        least_covered=("covered", "min"),
        grid=("studies", "size"),
        fewest_studies=("studies", "min"),
    )


def study_of(files: Sequence[Path]) -> Study:
    """Return the study of the default config with other files laid over it."""
    merged: dict[str, Any] = {}
    for file in [ROOT / "config/config.yaml", *files]:
        _lay(merged, yaml.safe_load(file.read_text(encoding="utf-8")))
    return Study(merged)


def _lay(under: dict[str, Any], over: dict[str, Any]) -> None:
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(under.get(key), dict):
            _lay(under[key], value)
        else:
            under[key] = value


def main() -> None:
    """Simulate and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--configfile", type=Path, action="append", default=[])
    parser.add_argument("--studies", type=int, default=1_000)
    parser.add_argument("--findings", type=int, nargs="+", default=[1, 2, 3, 4], choices=[1, 2, 3, 4])
    parser.add_argument("--table", type=Path, help="CSV of all figures to write")
    given = parser.parse_args()
    sizes = designs(study_of(given.configfile))
    nulls = [Null(rate, share) for rate in RATES for share in SHARES]
    table = simulate(sizes, given.studies, given.findings, nulls)
    if given.table:
        table.to_csv(given.table, index=False)
    shown = summary(table, fewest=given.studies // 5)
    sys.stdout.write(shown.to_string(index=False, float_format=lambda value: f"{value:.3f}") + "\n")
    error = 0.5 / given.studies**0.5
    sys.stdout.write(
        f"asked for: rejected <= 0.070, covered >= 0.930; simulation error of a figure at most {error:.3f}\n"
    )


if __name__ == "__main__":
    main()
