"""Write the table `published_comparison`: our disagreement rates next to the published ones."""

from collections.abc import Mapping
from pathlib import Path

from quantshift.studies.arxiv_2204_04220.published_tables import published_comparison
from quantshift.tables.table import read, write


def aggregate(evaluation: Path, severities: Mapping[str, int], table: Path) -> None:
    """Compare our rates with the published ones.

    Args:
        evaluation: the table `evaluation`.
        severities: the severity at which the published study applies each of its shifts, by ``{suite}/{shift}``.
        table: the table to write.

    Raises:
        QuantshiftError: a file is damaged.
    """
    pairs = {}
    for name, severity in severities.items():
        suite, _, shift = name.partition("/")
        pairs[suite, shift] = severity
    write("published_comparison", published_comparison(read("evaluation", evaluation), pairs), table)
