"""Split a data set into training, validation, calibration and test data."""

from pathlib import Path

from quantshift.data import stored_splits
from quantshift.data.modalities import DataSet
from quantshift.jobs.job import job

with job(snakemake.log[0]):
    stored_splits.make(
        DataSet(
            name=snakemake.wildcards.dataset,
            modality=snakemake.params.modality,
            shape=tuple(snakemake.params.shape),
            modality_facts=snakemake.params.modality_facts,
            folder=Path(snakemake.output[0]).parents[1],
        ),
        source=Path(snakemake.input[0]),
        sizes=snakemake.params.splits,
    )
