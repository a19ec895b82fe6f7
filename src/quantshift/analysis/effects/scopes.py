"""Scopes of claims: which models an effect is averaged over."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

import numpy as np

from quantshift.analysis.effects.pools import Pools, combine
from quantshift.core.model_id import ModelId

Named = TypeVar("Named", bound=tuple[str | int, ...])

# The names that models of one scope have in common, by level; a finding adds those of its cells.
WIDER_LEVELS: dict[str, tuple[str, ...]] = {
    "architecture": ("dataset", "architecture"),
    "dataset": ("dataset",),
    "overall": (),
}


def models_of(level: str, parts: Mapping[str, str]) -> str:
    """Return in words which models a claim is about.

    Args:
        level: `cell`, `architecture`, `dataset` or `overall`.
        parts: the names that the models have in common.

    >>> models_of("architecture", {"dataset": "mnist", "architecture": "lenet5"})
    'mnist/lenet5, over its training methods and quantizers'
    """
    match level:
        case "cell":
            return "{dataset}/{architecture}/{method} under {variant}".format(**parts)
        case "architecture":
            return "{dataset}/{architecture}, over its training methods and quantizers".format(**parts)
        case "dataset":
            return "{dataset}, over its architectures, training methods and quantizers".format(**parts)
        case _:
            return "Over all data sets"


def grouped(members: Sequence[Named], fields: Sequence[str]) -> dict[tuple[str, ...], list[Named]]:
    """Return the members (named tuples) by the values of `fields`, in the order of their first members."""
    groups: dict[tuple[str, ...], list[Named]] = {}
    for member in members:
        groups.setdefault(tuple(getattr(member, field) for field in fields), []).append(member)
    return groups


def replicates(members: Sequence[Named]) -> list[tuple[int, list[Named]]]:
    """Return the members (named tuples with a seed) by seed, of the seeds that replicate each other.

    Effects of seeds that have other models would differ by the models, not by the training: of data sets with seeds
    of their own, only the seeds with the most models in the scope count, as far as these are the same models.
    """
    by_seed = {seed: found for (seed,), found in grouped(members, ("seed",)).items()}
    models = {seed: frozenset(_without_seed(member) for member in found) for seed, found in by_seed.items()}
    fullest = models[min(models, key=lambda seed: (-len(models[seed]), seed))]
    return [(int(seed), by_seed[seed]) for seed in sorted(by_seed, key=int) if models[seed] == fullest]


def known_with_every_seed(members: Sequence[Named], known: Collection[Named]) -> list[Named]:
    """Return the members (named tuples with a seed) of which something is known with every seed that they have.

    What a seed happens not to tell must not leave seeds with other models than the rest, which would not replicate each
    other. Where no member is known with all its seeds, those that are known at all are returned.
    """
    lost = {_without_seed(member) for member in members if member not in known}
    found = [member for member in members if member in known]
    return [member for member in found if _without_seed(member) not in lost] or found


def over_all(
    level: str, members: Sequence[Named], unlearned: Mapping[Named, Collection[ModelId]]
) -> tuple[list[Named], list[ModelId]]:
    """Return the members that a claim counts, and the models that it leaves out since they have not learned.

    Over all data sets only models that have learned count (see `analysis.learned`); narrower claims count all.

    Args:
        level: of the claim.
        members: named tuples with a seed.
        unlearned: of members, the models that have not learned; members without any may be absent.
    """
    lost = {member: models for member in members if (models := unlearned.get(member))}
    if level != "overall" or not lost:
        return list(members), []
    counted = known_with_every_seed(members, [member for member in members if member not in lost])
    return counted, sorted({model for models in lost.values() for model in models})


def _without_seed(member: tuple[str | int, ...]) -> tuple[str | int, ...]:
    values: dict[str, str | int] = member._asdict()  # type: ignore[attr-defined]
    return tuple(value for name, value in values.items() if name != "seed")


def averaged(models: Sequence[Pools]) -> Pools:
    """Return the mean of the models' rates, source by source."""
    return combine(models, [1 / len(models)] * len(models))


def mean_of_known(values: Sequence[float | None]) -> float | None:
    """Return the mean of the values that are not None, or None where all are."""
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def difference_of_known(value: float | None, other: float | None) -> float | None:
    """Return value - other, or None where one of them is None."""
    return None if value is None or other is None else value - other
