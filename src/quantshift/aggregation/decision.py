"""Decide on the models of a study, from its tables `evaluation` and `variants`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypedDict

import pandas as pd

from quantshift.aggregation.inspections import variant_of
from quantshift.analysis.classes import ClassFacts
from quantshift.core.errors import QuantshiftError
from quantshift.data import test_inputs
from quantshift.decision import record
from quantshift.decision.candidates import EVALUATION, VARIANTS, Candidate, Classes, candidates
from quantshift.decision.decide import Entry
from quantshift.decision.not_applicable import not_applicable
from quantshift.decision.order import Order, sorter
from quantshift.decision.policy import policy
from quantshift.decision.rates import with_confidence
from quantshift.storage.records import read_record
from quantshift.tables import table


class Compared(TypedDict):
    """The entries of a comparison's record that decisions use."""

    classes: ClassFacts | None


def aggregate(
    *,
    evaluation: Path,
    variants: Path,
    comparisons: Sequence[Path],
    inputs: Sequence[Path],
    settings: Mapping[str, Any],
    order: Order,
    decision: Path,
) -> None:
    """Decide on each model, and write the decisions with the data they are based on.

    Args:
        evaluation: the table `evaluation`.
        variants: the table `variants`.
        comparisons: the records of comparisons, with the classes, at ``…/<model>/<variant>.json``.
        inputs: the checksums of the test inputs of each data set (see `data.test_inputs`), at ``…/<data set>.json``.
        settings: the section `decision` of the config.
        order: the order of the names (see `decision.order`).
        decision: the file to write (see `decision.record`).

    Raises:
        QuantshiftError: a table is missing or damaged, or the tables have different models.
    """
    chosen = policy(settings)
    classes = {
        variant_of(file): read_record(file, Compared, "a comparison's record")["classes"] for file in comparisons
    }
    checksums = {file.stem: test_inputs.read(file) for file in inputs}
    measurements = [
        replace(entry, test_inputs=checksums[entry.dataset]) if isinstance(entry, Candidate) else entry
        for entry in measured(evaluation, variants, classes, chosen.confidence)
    ]
    record.write(decision, sorted(measurements, key=sorter(order)), chosen)


def measured(evaluation: Path, variants: Path, classes: Classes, confidence: float) -> list[Entry]:
    """Return the measurements of each model's variants, and the variants whose presets the models cannot take.

    Args:
        evaluation: the table `evaluation`.
        variants: the table `variants`.
        classes: the classes of all variants of all models, float32 included.
        confidence: confidence of each limit, in 0..1.

    Raises:
        QuantshiftError: a table is missing or damaged, or the tables have different models.
    """
    rows = _rows(table.read("variants", variants), VARIANTS)
    measurements = candidates(_rows(table.read("evaluation", evaluation), EVALUATION), rows, classes, confidence)
    return [*measurements, *not_applicable(rows)]


def measured_again(entries: Sequence[Entry], evaluation: Path, variants: Path, confidence: float) -> list[Entry]:
    """Return the measurements of a decided study with limits of another confidence, in their order.

    Args:
        entries: the measurements, and the variants whose presets the models cannot take; they have the classes and the
            test inputs.
        evaluation: the table `evaluation`.
        variants: the table `variants`.
        confidence: confidence of each limit, in 0..1.

    Raises:
        QuantshiftError: a table is missing or damaged, or has other models or variants than the entries.
    """
    by_key = {_key(entry): entry for entry in measured(evaluation, variants, {}, confidence)}
    if sorted(by_key) != sorted(map(_key, entries)):
        raise QuantshiftError(f"{evaluation} has other models or variants than the decisions: repeat the run")
    results: list[Entry] = []
    for entry in entries:
        again = by_key[_key(entry)]
        if isinstance(entry, Candidate) and isinstance(again, Candidate):
            rates = with_confidence(entry.by_class, confidence)
            again = replace(again, float32=entry.float32, by_class=rates, test_inputs=entry.test_inputs)
        results.append(again)
    return results


def _key(entry: Entry) -> tuple[str, ...]:
    return (entry.dataset, entry.architecture, entry.method, entry.name)


def _rows(frame: pd.DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return columns of a table as rows of plain values, with None for empty cells."""
    selected = frame[list(columns)].astype(object)
    plain = selected.where(selected.notna(), None)
    return [dict(zip(columns, row, strict=True)) for row in plain.itertuples(index=False, name=None)]
