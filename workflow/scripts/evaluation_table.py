"""Write the table `evaluation`."""

from pathlib import Path

from quantshift.aggregation import evaluation
from quantshift.jobs.job import job

with job(snakemake.log[0]):
    evaluation.aggregate(
        [Path(file) for file in snakemake.input.comparisons],
        Path(snakemake.output[0]),
        snakemake.params.test_sets,
        [Path(file) for file in snakemake.input.inspections],
    )
