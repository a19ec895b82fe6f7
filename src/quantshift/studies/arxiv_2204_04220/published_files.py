"""The files of the published tables, and what they have figures for (standard library only)."""

import csv
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "published"
EVALUATION = FOLDER / "evaluation.csv"
DETECTORS = FOLDER / "detectors.csv"
RETRAINING = FOLDER / "retraining.csv"
SEVERITIES = FOLDER / "severities.csv"


@cache
def architectures() -> frozenset[tuple[str, str]]:
    """Return the pairs of data set and architecture that the study has figures for."""
    with EVALUATION.open(encoding="utf-8", newline="") as file:
        return frozenset((row["dataset"], row["architecture"]) for row in csv.DictReader(file))
