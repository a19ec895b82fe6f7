"""Split a data set into training, validation, calibration and test data."""

from pathlib import Path

from quantshift.data import splits
from quantshift.jobs.job import job
from quantshift.seeds import generator

with job(snakemake.log[0]):
    dataset = snakemake.wildcards.dataset
    parts = splits.split(
        splits.read(dataset, Path(snakemake.input[0])),
        dataset=dataset,
        **snakemake.params.splits,
        generator=generator("splits", dataset),
    )
    splits.write(parts, Path(snakemake.output[0]).parents[1])
