"""The table `findings`: each claim of each finding, with its verdict."""

from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from quantshift.analysis import learned, retrained
from quantshift.analysis.detection import detection_draws
from quantshift.analysis.effects import claims, pools
from quantshift.analysis.effects.pools import Cell
from quantshift.core.model_id import ModelId
from quantshift.studies.arxiv_2204_04220 import published_tables
from quantshift.studies.arxiv_2204_04220.findings import few_removed, quantization_aware, shifted_data, small_margins
from quantshift.tables.table import read, write

FINDINGS = (shifted_data, quantization_aware)


def aggregate(
    *,
    masks: Sequence[Path],
    draws: Sequence[Path],
    retrainings: Sequence[Path],
    evaluation: Path,
    table: Path,
    joining: Collection[str],
) -> None:
    """Test the findings on all models and quantized variants.

    Args:
        masks: archives of disagreements at ``…/{dataset}/{architecture}/{method}/{seed}/{variant}.npz``.
        draws: archives of the detectors' resamples, at such paths too.
        retrainings: archives of retrained models at ``…/{dataset}/{architecture}/{method}/{seed}/{protocol}.npz``.
        evaluation: the evaluation table, which shows what models have learned.
        table: the table to write.
        joining: the quantizers whose disagreements join a retraining; finding 4 is about these.

    Raises:
        QuantshiftError: a file is damaged.
    """
    models = {_cell(file): pools.read(file) for file in masks}
    without_ties = {_cell(file): pools.read(file, ties=False) for file in masks}
    rates = published_tables.rates()
    unlearned = learned.unlearned(read("evaluation", evaluation))
    found = [claim for finding in FINDINGS for claim in finding.claims(models, rates, without_ties, unlearned)]
    detectors = {_cell(file): detection_draws.read(file) for file in draws}
    found += small_margins.claims(detectors, published_tables.detectors(), unlearned)
    found += few_removed.claims(_retrained(retrainings, joining), published_tables.retraining(), unlearned)
    write("findings", pd.DataFrame(claims.rows(found)), table)


def _cell(file: Path) -> Cell:
    """Return the names of the model and variant whose file it is."""
    return Cell(*ModelId.of_file(file), file.stem)


def _retrained(files: Sequence[Path], joining: Collection[str]) -> dict[retrained.Cell, retrained.BeforeAndAfter]:
    """Return the disagreements before and after of each retrained model and variant whose disagreements joined."""
    found = {}
    for file in files:
        model = _cell(file)  # the file's name is the protocol, where a variant's would be
        for variant, pair in retrained.read(file).items():
            if variant in joining:
                found[retrained.Cell(*model._replace(variant=variant), protocol=file.stem)] = pair
    return found
