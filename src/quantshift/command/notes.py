"""The notes on a run's variants: what was assumed about a user's file, or searched and chosen."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

VARIANTS = Path("results/tables/variants.csv")
MODEL = ("dataset", "architecture", "method")


def note_lines(folder: Path, model: Mapping[str, Any]) -> list[str]:
    """Return a line for each variant of a model that has notes.

    Args:
        folder: the folder of the run.
        model: a model's decision.
    """
    file = folder / VARIANTS
    if not file.exists():  # as in a folder with a decision alone
        return []
    with file.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if all(row[key] == str(model[key]) for key in MODEL)]
    notes: dict[str, str] = {}
    for row in rows:
        # Of several seeds, the first one with notes counts.
        if row.get("notes"):
            notes.setdefault(row["variant"], row["notes"])
    return [f"{variant}: {text}" for variant, text in notes.items()]
