"""Finding 2: quantization-aware training gives more stable models than other training (arXiv 2204.04220, RQ1).

The effect is the other method's disagreement rate minus that of quantization-aware training, averaged over the clean
and all shifted test sets, each with the same weight; above 0 it is in the finding's favour. Both models see the same
inputs, so that natural shifts are paired too: each source input is a cluster, inputs of different origin are strata.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from quantshift.analysis import clusters
from quantshift.analysis.claims import Claim
from quantshift.analysis.estimate import Estimate
from quantshift.analysis.findings.shifted_data import FLOAT32
from quantshift.analysis.pools import CLEAN, Cell, Pools, Rates, combine
from quantshift.analysis.published import Rates as PublishedRates
from quantshift.analysis.published import in_study, mean_rate
from quantshift.analysis.replication import replicated
from quantshift.analysis.scopes import WIDER_LEVELS, difference_of_known, draws_for, grouped, mean_of_known, replicates
from quantshift.seeds import generator

FINDING = 2
QUANTIZATION_AWARE = "qat"
FIELDS: dict[str, tuple[str, ...]] = {"cell": ("dataset", "architecture", "variant", "method"), **WIDER_LEVELS}


class Pair(NamedTuple):
    """Two models that differ in their training; `method` is the other one's."""

    dataset: str
    architecture: str
    method: str
    seed: int
    variant: str

    @property
    def quantization_aware(self) -> Cell:
        """The model of quantization-aware training."""
        return Cell(*self._replace(method=QUANTIZATION_AWARE))


def claims(models: Mapping[Cell, Pools], published: PublishedRates) -> list[Claim]:
    """Return the finding's claims: per variant and other method, architecture and data set, and over everything.

    Args:
        models: disagreement rates of the models; a model without its quantization-aware partner is passed over.
        published: the published study's rates (quantshift.analysis.published.rates).
    """
    others = (Pair(*cell) for cell in sorted(models) if cell.method != QUANTIZATION_AWARE and cell.variant != FLOAT32)
    pairs = [pair for pair in others if pair.quantization_aware in models]
    found = []
    for level, fields in FIELDS.items():
        scopes = grouped(pairs, fields)
        draws = draws_for(len(scopes))
        for names, members in scopes.items():
            parts = dict(zip(fields, names, strict=True))
            scope = "/".join(names) or level
            found.append(
                Claim(
                    finding=FINDING,
                    level=level,
                    scope=scope,
                    statement=_statement(level, parts),
                    estimate=_estimate(models, members, (level, scope), draws),
                    **parts,
                    published_effect=_published(models, members, published),
                )
            )
    return found


def _estimate(
    models: Mapping[Cell, Pools], pairs: Sequence[Pair], names: tuple[str, str], draws: int = clusters.FLIPS
) -> Estimate:
    seeds, groups = zip(*replicates(pairs), strict=True)
    by_seed = [_strata(models, members) for members in groups]
    effects = [sum(weight * float(deltas.mean()) for deltas, weight in strata) for strata in by_seed]

    def by_inputs(index: int) -> Estimate:
        deltas, weights = zip(*by_seed[index], strict=True)
        return clusters.estimate(deltas, weights, generator("finding", FINDING, *names, seeds[index]), flips=draws)

    return replicated(effects, by_inputs)


def _strata(models: Mapping[Cell, Pools], pairs: Sequence[Pair]) -> list[tuple[Rates, float]]:
    """Return the deltas by source and the weight of every pool of every data set; the weights add up to 1."""
    strata = []
    datasets = grouped(pairs, ("dataset",))
    for members in datasets.values():
        differing = [models[Cell(*pair)] for pair in members] + [models[pair.quantization_aware] for pair in members]
        share = 1 / len(members)
        difference = combine(differing, [share] * len(members) + [-share] * len(members))
        sets = sum(difference.sets(suite) for suite in (CLEAN, *difference.suites))
        for pool in difference.pools:
            strata.append((pool.contributions(), sum(pool.sets.values()) / sets / len(datasets)))
    return strata


def _published(models: Mapping[Cell, Pools], pairs: Sequence[Pair], published: PublishedRates) -> float | None:
    """Return the study's effect over the same models and test sets as far as it has them."""
    effects: dict[str, list[float | None]] = {}
    for pair in {pair._replace(seed=0): pair for pair in pairs}.values():
        pools = models[Cell(*pair)]
        suites = [suite for suite in (CLEAN, *pools.suites) if suite == CLEAN or in_study(pair.dataset, suite)]
        shifts = [shift for suite in suites for shift in pools.shifts[suite]]
        other, aware = (
            mean_rate(published, pair.dataset, pair.architecture, method, pair.variant, shifts)
            for method in (pair.method, QUANTIZATION_AWARE)
        )
        effects.setdefault(pair.dataset, []).append(difference_of_known(other, aware))
    return mean_of_known([mean_of_known(values) for values in effects.values()])


def _statement(level: str, parts: Mapping[str, str]) -> str:
    match level:
        case "cell":
            about = "{dataset}/{architecture} under {variant}".format(**parts)
        case "architecture":
            about = "{dataset}/{architecture}, over its quantizers".format(**parts)
        case "dataset":
            about = "{dataset}, over its architectures and quantizers".format(**parts)
        case _:
            about = "Over all data sets"
    method = f"{parts['method']} training" if level == "cell" else "the other training methods"
    return f"{about}: quantization-aware training brings fewer disagreements than {method} (clean and all shifted sets)"
