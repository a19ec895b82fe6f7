"""Finding 2: quantization-aware training gives more stable models than other training (arXiv 2204.04220, RQ1).

The effect is the other method's disagreement rate minus that of quantization-aware training, averaged over the clean
and all shifted test sets with equal weights. An effect above 0 supports the finding. Both models see the same inputs,
so natural shifts are paired too. Each source input counts once, with its mean over all test sets and models that
contain it.

The finding is a conjunction: quantization-aware training is more stable than every other method. It is tested as a
conjunction (see `effect.Weakest`): the effect is that against the method that is hardest to beat. Additional claims
compare it with each other method, over all quantizers and under the quantizer whose rounding the training simulates;
they show which method determines the effect of the conjunction. Quantization-aware training starts from the weights of
standard training; the method `continued` trains these weights equally long without it and is its control.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from quantshift.analysis.effects import contrast, contributions
from quantshift.analysis.effects.claims import Claim
from quantshift.analysis.effects.contributions import Contributions
from quantshift.analysis.effects.effect import Effect, Weakest
from quantshift.analysis.effects.replication import over_seeds, replicated
from quantshift.analysis.effects.scopes import (
    WIDER_LEVELS,
    difference_if_available,
    grouped,
    mean_of_available,
    replicates,
    select_learned,
)
from quantshift.analysis.effects.source_rates import CLEAN, Cell, DisagreementRates, combine
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
    """Two models that differ in their training method; `method` is the method compared with."""

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
    models: Mapping[Cell, DisagreementRates],
    published: PublishedRates,
    without_ties: Mapping[Cell, DisagreementRates] | None = None,
    unlearned: Collection[ModelId] = (),
) -> list[Claim]:
    """Return the finding's claims: per variant and other method, architecture, data set, and overall.

    Levels wider than a single model and variant have claims against each other method, under `static_int8` and over all
    quantizers, and one claim against all other methods together.

    Args:
        models: disagreement rates of the models; models without a quantization-aware counterpart are ignored.
        published: the published study's rates (quantshift.studies.arxiv_2204_04220.published_tables.rates).
        without_ties: the rates of the same models without the disagreements that are ties; None if unknown.
        unlearned: models that have not learned; claims over all data sets leave out their pairs.
    """
    others = (Pair(*cell) for cell in sorted(models) if cell.method != QUANTIZATION_AWARE and cell.variant != FLOAT32)
    pairs = [pair for pair in others if pair.quantization_aware in models]
    excluded = {pair: [model for model in pair.models if model in unlearned] for pair in pairs}
    tested = []
    for level, fields in LEVELS.items():
        for names, members in grouped(pairs, fields).items():
            scope = dict(zip(fields, names, strict=True))
            for compared, all_pairs in _comparisons(level, members):
                compared_pairs, left_out = select_learned(level, all_pairs, excluded)
                # A conjunction without one of its methods would be an easier claim with the same statement.
                if {pair.method for pair in compared_pairs} != {pair.method for pair in all_pairs}:
                    continue
                tested.append(
                    Claim(
                        finding=FINDING,
                        level=level,
                        scope="/".join([*(names or [level]), *compared.values()]),
                        statement=_statement(level, scope | compared),
                        estimate=estimated(models, compared_pairs),
                        **scope,
                        **compared,
                        published_effect=_published(models, compared_pairs, published),
                        without_ties=estimated(without_ties, compared_pairs) if without_ties is not None else None,
                        # Conjunctions and their parts are separate families of tests.
                        family="" if level == "cell" else "/".join(compared),
                        left_out=left_out,
                    )
                )
    return tested


def _comparisons(level: str, pairs: Sequence[Pair]) -> list[tuple[dict[str, str], list[Pair]]]:
    """Return the comparisons at a level: variant and other method, if they are fixed, and the pairs to compare."""
    single = [
        ({"variant": str(variant), "method": str(method)}, members)
        for (variant, method), members in grouped(pairs, ("variant", "method")).items()
    ]
    if level == "cell":
        return single
    trained_for = [(names, members) for names, members in single if names["variant"] == TRAINED_FOR]
    by_method = [({"method": str(method)}, members) for (method,), members in grouped(pairs, ("method",)).items()]
    return [({}, list(pairs)), *by_method, *trained_for]


def estimated(models: Mapping[Cell, DisagreementRates], pairs: Sequence[Pair]) -> Estimate:
    """Return the effect against the other method that is hardest to beat."""
    by_seed: list[dict[str, Contributions]] = []
    for _, members in replicates(pairs):
        by_method = grouped(members, ("method",))
        by_seed.append({method: _effect(models, of_method) for (method,), of_method in by_method.items()})
    return replicated(by_seed, _against_all)


def _against_all(by_seed: Sequence[Mapping[str, Contributions]]) -> Effect:
    """Return the effect against the method that is hardest to beat; all seeds have the same methods."""
    methods = sorted(by_seed[0])
    return Weakest([over_seeds([effects[method] for effects in by_seed], contributions.pooled) for method in methods])


def _effect(models: Mapping[Cell, DisagreementRates], pairs: Sequence[Pair]) -> Contributions:
    """Return the effect over the pairs; data sets have equal weight."""
    effects = []
    for members in grouped(pairs, ("dataset",)).values():
        compared = [models[Cell(*pair)] for pair in members] + [models[pair.quantization_aware] for pair in members]
        weight = 1 / len(members)
        difference = combine(compared, [weight] * len(members) + [-weight] * len(members))
        effects.append(contrast.over_all_sets(difference))
    return contrast.averaged(effects)


def _published(
    models: Mapping[Cell, DisagreementRates], pairs: Sequence[Pair], published: PublishedRates
) -> float | None:
    """Return the published effect over the models and test sets that the study includes, against its best method."""
    effects: dict[str, dict[str, list[float | None]]] = {}
    for pair in {pair._replace(seed=0): pair for pair in pairs}.values():
        rates = models[Cell(*pair)]
        suites = [suite for suite in (CLEAN, *rates.suites) if suite == CLEAN or in_study(pair.dataset, suite)]
        shifts = [shift for suite in suites for shift in rates.shifts[suite]]
        other, aware = (
            mean_rate(published, pair.dataset, pair.architecture, method, pair.variant, shifts)
            for method in (pair.method, QUANTIZATION_AWARE)
        )
        by_dataset = effects.setdefault(pair.method, {})
        by_dataset.setdefault(pair.dataset, []).append(difference_if_available(other, aware))
    means = [
        mean_of_available([mean_of_available(values) for values in of_method.values()])
        for of_method in effects.values()
    ]
    return min((mean for mean in means if mean is not None), default=None)


def _statement(level: str, names: Mapping[str, str]) -> str:
    match level:
        case "cell" | "architecture":
            models = "{dataset}/{architecture}".format(**names)
        case "dataset":
            models = "{dataset}, over its architectures".format(**names)
        case _:
            models = "Over all data sets"
    variants = f"under {names['variant']}" if "variant" in names else "over the quantizers"
    method = f"{names['method']} training" if "method" in names else "every other training method"
    return (
        f"{models}, {variants}: quantization-aware training causes fewer disagreements than {method} "
        "(clean and all shifted sets)"
    )
