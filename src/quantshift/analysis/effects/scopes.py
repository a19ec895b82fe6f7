"""Scopes of claims: the models over which an effect is averaged."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

import numpy as np

from quantshift.analysis.effects.source_rates import DisagreementRates, combine
from quantshift.core.model_id import ModelId

Named = TypeVar("Named", bound=tuple[str | int, ...])

# The fields that are equal for all models of a scope, by level; each finding adds the level of its cells.
WIDER_LEVELS: dict[str, tuple[str, ...]] = {
    "architecture": ("dataset", "architecture"),
    "dataset": ("dataset",),
    "overall": (),
}


def describe_models(level: str, names: Mapping[str, str]) -> str:
    """Return a phrase on which models a claim is about.

    Args:
        level: `cell`, `architecture`, `dataset` or `overall`.
        names: the names that the models have in common.

    >>> describe_models("architecture", {"dataset": "mnist", "architecture": "lenet5"})
    'mnist/lenet5, over its training methods and quantizers'
    """
    match level:
        case "cell":
            return "{dataset}/{architecture}/{method} under {variant}".format(**names)
        case "architecture":
            return "{dataset}/{architecture}, over its training methods and quantizers".format(**names)
        case "dataset":
            return "{dataset}, over its architectures, training methods and quantizers".format(**names)
        case _:
            return "Over all data sets"


def grouped(members: Sequence[Named], fields: Sequence[str]) -> dict[tuple[str, ...], list[Named]]:
    """Return the members (named tuples) by the values of `fields`, in the order of their first members."""
    groups: dict[tuple[str, ...], list[Named]] = {}
    for member in members:
        groups.setdefault(tuple(getattr(member, field) for field in fields), []).append(member)
    return groups


def replicates(members: Sequence[Named]) -> list[tuple[int, list[Named]]]:
    """Return the members (named tuples with a seed) by seed, for the seeds that replicate each other.

    Effects of seeds with different models would differ because of the models, not the training. If data sets have
    different seeds, only the seeds with the largest set of models in the scope count.
    """
    by_seed = {seed: of_seed for (seed,), of_seed in grouped(members, ("seed",)).items()}
    models = {seed: frozenset(_without_seed(member) for member in of_seed) for seed, of_seed in by_seed.items()}
    fullest = models[min(models, key=lambda seed: (-len(models[seed]), seed))]
    return [(int(seed), by_seed[seed]) for seed in sorted(by_seed, key=int) if models[seed] == fullest]


def complete_over_seeds(members: Sequence[Named], usable: Collection[Named]) -> list[Named]:
    """Return the members (named tuples with a seed) that are usable with every one of their seeds.

    Dropping a member for one seed only would leave that seed with other models than the rest, so that seeds would not
    replicate each other. If no member is usable with all its seeds, all usable members are returned.
    """
    incomplete = {_without_seed(member) for member in members if member not in usable}
    candidates = [member for member in members if member in usable]
    return [member for member in candidates if _without_seed(member) not in incomplete] or candidates


def select_learned(
    level: str, members: Sequence[Named], unlearned: Mapping[Named, Collection[ModelId]]
) -> tuple[list[Named], list[ModelId]]:
    """Return the members that a claim counts, and the models that it leaves out because they have not learned.

    A claim over all data sets counts only models that have learned (see `analysis.learned`); narrower claims count all.

    Args:
        level: level of the claim.
        members: named tuples with a seed.
        unlearned: by member, its models that have not learned; members without such models may be absent.
    """
    excluded = {member: models for member in members if (models := unlearned.get(member))}
    if level != "overall" or not excluded:
        return list(members), []
    counted = complete_over_seeds(members, [member for member in members if member not in excluded])
    return counted, sorted({model for models in excluded.values() for model in models})


def _without_seed(member: tuple[str | int, ...]) -> tuple[str | int, ...]:
    values: dict[str, str | int] = member._asdict()  # type: ignore[attr-defined]
    return tuple(value for name, value in values.items() if name != "seed")


def averaged(models: Sequence[DisagreementRates]) -> DisagreementRates:
    """Return the mean of the models' rates, source by source."""
    return combine(models, [1 / len(models)] * len(models))


def mean_of_available(values: Sequence[float | None]) -> float | None:
    """Return the mean of the values that are not None, or None if all are."""
    available = [value for value in values if value is not None]
    return float(np.mean(available)) if available else None


def difference_if_available(value: float | None, other: float | None) -> float | None:
    """Return value - other, or None if either is None."""
    return None if value is None or other is None else value - other
