"""Write the table `findings`: each claim of each finding with its verdict."""

from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from quantshift.analysis import learned, retrained
from quantshift.analysis.detection import detection_draws
from quantshift.analysis.effects import claims, source_rates
from quantshift.analysis.effects.source_rates import Cell
from quantshift.core.model_id import ModelId
from quantshift.storage import archives
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

    Archives without arrays are left out: they belong to variants whose presets the models cannot take.

    Args:
        masks: archives of disagreements at ``…/{dataset}/{architecture}/{method}/{seed}/{variant}.npz``.
        draws: archives of the detectors' resamples, at similar paths.
        retrainings: archives of retrained models at ``…/{dataset}/{architecture}/{method}/{seed}/{protocol}.npz``.
        evaluation: the evaluation table, which shows whether models have learned.
        table: the table to write.
        joining: the quantizers whose disagreements are added to retraining; finding 4 covers only these.

    Raises:
        QuantshiftError: a file is damaged.
    """
    measured = [file for file in masks if not archives.is_empty(file)]
    models = {_cell(file): source_rates.read(file) for file in measured}
    without_ties = {_cell(file): source_rates.read(file, ties=False) for file in measured}
    rates = published_tables.rates()
    unlearned = learned.unlearned(read("evaluation", evaluation))
    tested = [claim for finding in FINDINGS for claim in finding.claims(models, rates, without_ties, unlearned)]
    detectors = {_cell(file): detection_draws.read(file) for file in draws if not archives.is_empty(file)}
    tested += small_margins.claims(detectors, published_tables.detectors(), unlearned)
    tested += few_removed.claims(_retrained(retrainings, joining), published_tables.retraining(), unlearned)
    write("findings", pd.DataFrame(claims.rows(tested)), table)


def _cell(file: Path) -> Cell:
    """Return the names of the model and variant of a file."""
    return Cell(*ModelId.of_file(file), file.stem)


def _retrained(files: Sequence[Path], joining: Collection[str]) -> dict[retrained.Cell, retrained.BeforeAndAfter]:
    """Return the disagreements before and after of each retrained model and `joining` variant."""
    pairs = {}
    for file in files:
        model = _cell(file)  # the file is named after the protocol instead of a variant
        for variant, pair in retrained.read(file).items():
            if variant in joining:
                pairs[retrained.Cell(*model._replace(variant=variant), protocol=file.stem)] = pair
    return pairs
