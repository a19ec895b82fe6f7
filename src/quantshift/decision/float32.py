"""What float32 answers on the clean test set: without sound answers, disagreements with it show nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from quantshift.analysis.classes import ClassFacts
from quantshift.analysis.learned import kappa
from quantshift.decision.rates import Row


@dataclass(frozen=True, kw_only=True)
class Float32:
    """Float32's answers on the clean test set, over all seeds.

    Attributes:
        accuracy: mean accuracy, 0..1; None without labels.
        chance: mean accuracy that its answers would have if they were shuffled among the inputs; None without labels.
        kappa: agreement of its answers and the labels beyond chance (see `analysis.learned.kappa`), the least of the
            seeds; None without labels.
        labelled: whether the test set has labels; without them, the class of an input is float32's answer.
        classes: number of classes that the model can answer; None if there are no test inputs.
        classes_answered: number of classes that it answers, the least of the seeds; None if there are no test inputs.
        classes_without_inputs: the classes without a labelled input; empty without labels.
    """

    accuracy: float | None
    chance: float | None
    kappa: float | None
    labelled: bool
    classes: int | None
    classes_answered: int | None
    classes_without_inputs: list[int]


def float32_facts(rows: Sequence[Row], classes: Mapping[int, ClassFacts]) -> Float32:
    """Return what float32 answers.

    Args:
        rows: its rows for the clean test set in the table `evaluation`, one per seed.
        classes: the classes of float32 (see `analysis.classes`) by seed; a seed that is missing counts as untested.
    """
    by_row = [(row, classes[row["seed"]]) for row in rows if row["n"] and row["seed"] in classes]
    facts = [fact for _, fact in by_row]
    known = [
        (row, fact["chance"]) for row, fact in by_row if row["accuracy"] is not None and fact["chance"] is not None
    ]
    return Float32(
        accuracy=fmean(row["accuracy"] for row, _ in known) if known else None,
        chance=fmean(chance for _, chance in known) if known else None,
        kappa=min((kappa(row["accuracy"] * row["n"], row["n"], chance) for row, chance in known), default=None),
        labelled=any(fact["labelled"] for fact in facts),
        classes=max((fact["classes"] for fact in facts), default=None),
        classes_answered=min((fact["answered"] for fact in facts), default=None),
        classes_without_inputs=facts[0]["without_inputs"] if facts else [],
    )
