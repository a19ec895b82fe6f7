"""Variants whose presets the models cannot take: they are no candidates, but decisions list them with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from quantshift.core.names import NOT_APPLICABLE
from quantshift.decision.rates import Row


@dataclass(frozen=True)
class NotApplicable:
    """A variant whose preset the model cannot take with one of its seeds.

    Attributes:
        dataset: name of the data set.
        architecture: name of the architecture.
        method: training method of the model.
        name: the variant.
        reason: why the model cannot take the preset; that of the first seed which cannot.
    """

    dataset: str
    architecture: str
    method: str
    name: str
    reason: str


def not_applicable(variants: Iterable[Row]) -> list[NotApplicable]:
    """Return the variants of each model whose presets it cannot take, sorted.

    Args:
        variants: rows of the table `variants`, with the columns `candidates.VARIANTS`.
    """
    inapplicable = [row for row in variants if row["status"] == NOT_APPLICABLE]
    reasons: dict[tuple[str, str, str, str], str] = {}
    for row in sorted(inapplicable, key=lambda row: int(row["seed"])):
        reasons.setdefault((row["dataset"], row["architecture"], row["method"], row["variant"]), row["reason"])
    return [NotApplicable(*names, reason) for names, reason in sorted(reasons.items())]
