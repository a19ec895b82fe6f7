"""Finding 2: quantization-aware training gives more stable models than other training (arXiv 2204.04220, RQ1).

The effect is the other method's disagreement rate minus that of quantization-aware training, averaged over the clean
and all shifted test sets, each with the same weight. An effect above 0 supports the finding. Both models see the same
inputs, so natural shifts are paired too. Each source input counts once, with its mean over all test sets and models
that contain it.

The finding is a conjunction: quantization-aware training is more stable than every other method. It is tested as one
(see `effect.Weakest`): the effect is the one against the method that is hardest to beat. Claims against each single
method stand beside it, over all quantizers and under the quantizer whose rounding the training simulates. They show
which method determines the effect of the conjunction. Quantization-aware training starts from the weights of standard
training; the method `continued` trains these weights for as long without it and is its control.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from quantshift.analysis.effects import contrast, contributions
from quantshift.analysis.effects.claims import Claim
from quantshift.analysis.effects.contributions import Contributions
from quantshift.analysis.effects.effect import Effect, Weakest
from quantshift.analysis.effects.pools import CLEAN, Cell, Pools, combine
from quantshift.analysis.effects.replication import over_seeds, replicated
from quantshift.analysis.effects.scopes import (
    WIDER_LEVELS,
    difference_of_known,
    grouped,
    mean_of_known,
    over_all,
    replicates,
)
from quantshift.analysis.statistics.estimate import Estimate
from quantshift.core.model_id import ModelId
from quantshift.core.names import FLOAT32
from quantshift.studies.arxiv_2204_04220.published_tables import Rates as PublishedRates
from quantshift.studies.arxiv_2204_04220.published_tables import in_study, mean_rate

FINDING = 2
QUANTIZATION_AWARE = "qat"
# The quantizer whose rounding quantization-aware training simulates.
TRAINED_FOR = "static_int8"
LEVELS: dict[str, tuple[str, ...]] = {"cell": ("dataset", "architecture"), **WIDER_LEVELS}


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

    @property
    def models(self) -> tuple[ModelId, ModelId]:
        """The ids of both models."""
        return Cell(*self).model, self.quantization_aware.model


def claims(
    models: Mapping[Cell, Pools],
    published: PublishedRates,
    without_ties: Mapping[Cell, Pools] | None = None,
    unlearned: Collection[ModelId] = (),
) -> list[Claim]:
    """Return the finding's claims: per variant and other method, architecture and data set, and over everything.

    Levels wider than a single model and variant have claims against each other method, under `static_int8` and over all
    quantizers, and one claim against all other methods together.

    Args:
        models: disagreement rates of the models; a model without its quantization-aware partner is passed over.
        published: the published study's rates (quantshift.studies.arxiv_2204_04220.published_tables.rates).
        without_ties: the rates of the same models without the disagreements that are ties; None where they are unknown.
        unlearned: the models that have not learned; a claim over everything leaves out their pairs.
    """
    others = (Pair(*cell) for cell in sorted(models) if cell.method != QUANTIZATION_AWARE and cell.variant != FLOAT32)
    pairs = [pair for pair in others if pair.quantization_aware in models]
    lost = {pair: [model for model in pair.models if model in unlearned] for pair in pairs}
    found = []
    for level, fields in LEVELS.items():
        for names, members in grouped(pairs, fields).items():
            where = dict(zip(fields, names, strict=True))
            for parts, all_held in _scopes(level, members):
                held, left_out = over_all(level, all_held, lost)
                if not held:
                    continue
                found.append(
                    Claim(
                        finding=FINDING,
                        level=level,
                        scope="/".join([*(names or [level]), *parts.values()]),
                        statement=_statement(level, where | parts),
                        estimate=estimated(models, held),
                        **where,
                        **parts,
                        published_effect=_published(models, held, published),
                        without_ties=estimated(without_ties, held) if without_ties is not None else None,
                        # Conjunctions and their parts are separate families of tests.
                        family="" if level == "cell" else "/".join(parts),
                        left_out=left_out,
                    )
                )
    return found


def _scopes(level: str, pairs: Sequence[Pair]) -> list[tuple[dict[str, str], list[Pair]]]:
    """Return the scopes of a level: variant and other method where they are fixed, and the pairs in the scope."""
    single = [
        ({"variant": str(variant), "method": str(method)}, members)
        for (variant, method), members in grouped(pairs, ("variant", "method")).items()
    ]
    if level == "cell":
        return single
    trained_for = [(parts, members) for parts, members in single if parts["variant"] == TRAINED_FOR]
    by_method = [({"method": str(method)}, members) for (method,), members in grouped(pairs, ("method",)).items()]
    return [({}, list(pairs)), *by_method, *trained_for]


def estimated(models: Mapping[Cell, Pools], pairs: Sequence[Pair]) -> Estimate:
    """Return the effect against the other method that is hardest to beat."""
    by_seed: list[dict[str, Contributions]] = []
    for _, members in replicates(pairs):
        by_method = grouped(members, ("method",))
        by_seed.append({method: _effect(models, found) for (method,), found in by_method.items()})
    return replicated(by_seed, _against_all)


def _against_all(by_seed: Sequence[Mapping[str, Contributions]]) -> Effect:
    """Return the effect against the method that is hardest to beat; all seeds have the same methods."""
    methods = sorted(by_seed[0])
    return Weakest([over_seeds([one[method] for one in by_seed], contributions.pooled) for method in methods])


def _effect(models: Mapping[Cell, Pools], pairs: Sequence[Pair]) -> Contributions:
    """Return the effect over the pairs; every data set has the same weight."""
    parts = []
    for members in grouped(pairs, ("dataset",)).values():
        differing = [models[Cell(*pair)] for pair in members] + [models[pair.quantization_aware] for pair in members]
        share = 1 / len(members)
        difference = combine(differing, [share] * len(members) + [-share] * len(members))
        parts.append(contrast.over_all_sets(difference))
    return contrast.averaged(parts)


def _published(models: Mapping[Cell, Pools], pairs: Sequence[Pair], published: PublishedRates) -> float | None:
    """Return the published effect over the models and test sets that the study has, against its best method."""
    effects: dict[str, dict[str, list[float | None]]] = {}
    for pair in {pair._replace(seed=0): pair for pair in pairs}.values():
        pools = models[Cell(*pair)]
        suites = [suite for suite in (CLEAN, *pools.suites) if suite == CLEAN or in_study(pair.dataset, suite)]
        shifts = [shift for suite in suites for shift in pools.shifts[suite]]
        other, aware = (
            mean_rate(published, pair.dataset, pair.architecture, method, pair.variant, shifts)
            for method in (pair.method, QUANTIZATION_AWARE)
        )
        by_dataset = effects.setdefault(pair.method, {})
        by_dataset.setdefault(pair.dataset, []).append(difference_of_known(other, aware))
    means = [mean_of_known([mean_of_known(values) for values in found.values()]) for found in effects.values()]
    return min((mean for mean in means if mean is not None), default=None)


def _statement(level: str, parts: Mapping[str, str]) -> str:
    match level:
        case "cell":
            about = "{dataset}/{architecture}".format(**parts)
        case "architecture":
            about = "{dataset}/{architecture}".format(**parts)
        case "dataset":
            about = "{dataset}, over its architectures".format(**parts)
        case _:
            about = "Over all data sets"
    under = f"under {parts['variant']}" if "variant" in parts else "over the quantizers"
    method = f"{parts['method']} training" if "method" in parts else "every other training method"
    return (
        f"{about}, {under}: quantization-aware training brings fewer disagreements than {method} "
        "(clean and all shifted sets)"
    )
