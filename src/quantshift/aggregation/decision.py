"""Decide on the models of a study, from its tables `evaluation` and `variants`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from quantshift.decision import record
from quantshift.decision.candidates import EVALUATION, VARIANTS, candidates
from quantshift.decision.decide import Entry
from quantshift.decision.not_applicable import not_applicable
from quantshift.decision.order import Order, sorter
from quantshift.decision.policy import policy
from quantshift.tables import table


def aggregate(evaluation: Path, variants: Path, settings: Mapping[str, Any], order: Order, decision: Path) -> None:
    """Decide on each model, and write the decisions with the data they are based on.

    Args:
        evaluation: the table `evaluation`.
        variants: the table `variants`.
        settings: the section `decision` of the config.
        order: the order of the names (see `decision.order`).
        decision: the file to write (see `decision.record`).

    Raises:
        QuantshiftError: a table is missing or damaged, or the tables have different models.
    """
    chosen = policy(settings)
    measurements = measured(evaluation, variants, chosen.confidence)
    record.write(decision, sorted(measurements, key=sorter(order)), chosen)


def measured(evaluation: Path, variants: Path, confidence: float) -> list[Entry]:
    """Return the measurements of each model's variants, and the variants whose presets the models cannot take.

    Args:
        evaluation: the table `evaluation`.
        variants: the table `variants`.
        confidence: confidence of the intervals, in 0..1.

    Raises:
        QuantshiftError: a table is missing or damaged, or the tables have different models.
    """
    rows = _rows(table.read("variants", variants), VARIANTS)
    measurements = candidates(_rows(table.read("evaluation", evaluation), EVALUATION), rows, confidence)
    return [*measurements, *not_applicable(rows)]


def _rows(frame: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return columns of a table as rows of plain values, with None for empty cells."""
    selected = frame[list(columns)].astype(object)
    plain = selected.where(selected.notna(), None)
    return [dict(zip(columns, row, strict=True)) for row in plain.itertuples(index=False, name=None)]
