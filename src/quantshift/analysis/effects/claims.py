"""Claims to test, and their rows in the findings table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from quantshift.analysis.statistics.estimate import Estimate
from quantshift.analysis.statistics.tests import holm
from quantshift.analysis.statistics.verdict import verdict
from quantshift.core.model_id import ModelId
from quantshift.core.names import INCONCLUSIVE


@dataclass(frozen=True)
class Claim:
    """A claim, stated so that an effect above 0 supports it.

    Attributes:
        finding: the finding's number.
        level: `cell`, `architecture`, `dataset` or `overall`; the wider the level, the more the effect averages over.
        scope: what the claim is about; unique within the finding and level.
        statement: the claim as a sentence, without the verdict.
        estimate: the effect.
        dataset: data set. It and the next four names form the scope; they are empty where the scope is wider.
        architecture: architecture.
        method: training method.
        variant: variant.
        suite: suite.
        published_effect: the same effect in the published study; None if it has no such cells.
        without_ties: the same effect without the disagreements that are ties; None if it is unknown.
        family: name of the claim's family of tests within its finding and level; empty for the finding itself.
        left_out: models that the effect leaves out because they have not learned (see `analysis.learned`).
    """

    finding: int
    level: str
    scope: str
    statement: str
    estimate: Estimate
    dataset: str = ""
    architecture: str = ""
    method: str = ""
    variant: str = ""
    suite: str = ""
    published_effect: float | None = None
    without_ties: Estimate | None = None
    family: str = ""
    left_out: Sequence[ModelId] = ()


def rows(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    """Return the rows of the findings table, in the order of the claims.

    The p-values are Holm-adjusted over the claims of the same finding, level and family.
    """
    adjusted: dict[int, float] = {}
    for family in {_family(claim) for claim in claims}:
        members = [index for index, claim in enumerate(claims) if _family(claim) == family]
        values = holm([claims[index].estimate.p_value for index in members])
        adjusted.update(zip(members, values.tolist(), strict=True))
    return [_row(claim, adjusted[index]) for index, claim in enumerate(claims)]


def _family(claim: Claim) -> tuple[int, str, str]:
    return claim.finding, claim.level, claim.family


def _row(claim: Claim, p_value: float) -> dict[str, Any]:
    estimate, without_ties = claim.estimate, claim.without_ties
    decided = verdict(estimate.low, estimate.high, p_value, estimate.events)
    return {
        "finding": claim.finding,
        "scope": claim.scope,
        "statement": _statement(claim),
        "verdict": decided,
        "effect": estimate.effect,
        "effect_low": estimate.low,
        "effect_high": estimate.high,
        "p_value": p_value,
        "n": estimate.n,
        "level": claim.level,
        "dataset": claim.dataset,
        "architecture": claim.architecture,
        "method": claim.method,
        "variant": claim.variant,
        "suite": claim.suite,
        "p_value_raw": estimate.p_value,
        "unit": estimate.unit,
        "seeds": estimate.seeds,
        "published_effect": claim.published_effect,
        "events": estimate.events,
        "seed_sets": _seed_sets(estimate, decided),
        "effect_without_ties": None if without_ties is None else without_ties.effect,
        "effect_without_ties_low": None if without_ties is None else without_ties.low,
        "effect_without_ties_high": None if without_ties is None else without_ties.high,
        "left_out": "; ".join(model.path for model in claim.left_out),
    }


def _statement(claim: Claim) -> str:
    count = len(claim.left_out)
    if not count:
        return claim.statement
    models = "1 model that has" if count == 1 else f"{count} models that have"
    return f"{claim.statement} (without {models} not learned)"


def _seed_sets(estimate: Estimate, decided: str) -> int:
    """Return the number of disjoint sets of seeds that give the verdict independently; 0 if it is inconclusive."""
    if decided == INCONCLUSIVE:
        return 0
    estimates = estimate.seed_sets or (estimate,)
    verdicts = [verdict(each.low, each.high, each.p_value, each.events) for each in estimates]
    return verdicts.count(decided)
