"""Split a data set of texts into training, validation, calibration and test data, with its vocabulary."""

from pathlib import Path

from quantshift.data import text_splits
from quantshift.jobs.job import job

with job(snakemake.log[0]):
    text_splits.dataset(
        name=snakemake.wildcards.dataset,
        sizes=snakemake.params.splits,
        source=Path(snakemake.input[0]),
        folder=Path(snakemake.output.vocabulary).parent,
    )
