"""The severities at which the study (arXiv 2204.04220) applies its shifts (standard library only)."""

import csv
from functools import cache

from quantshift.studies.arxiv_2204_04220.published_files import SEVERITIES
from quantshift.study import Study


@cache
def severities() -> dict[tuple[str, str], int]:
    """Return the study's severity of each of its shifts, by the shift's folder in `shifts` and its name."""
    with SEVERITIES.open(encoding="utf-8", newline="") as file:
        return {(row["suite"], row["shift"]): int(row["severity"]) for row in csv.DictReader(file)}


def comparable(study: Study) -> dict[str, int]:
    """Return the published severity of each shift that a config shares with the study, by ``{suite}/{shift}``.

    A suite with another name has the severities of the collection from which it takes its shifts.
    """
    published = severities()
    return {
        f"{suite}/{shift}": published[study.collection(suite), shift]
        for dataset in study.config["study"]["datasets"]
        for suite in study.config["datasets"][dataset]["suites"]
        for shift in study.config["suites"][suite]["shifts"]
        if (study.collection(suite), shift) in published
    }
