"""Write the table `published_comparison`."""

from pathlib import Path

from quantshift.jobs.job import job
from quantshift.studies.arxiv_2204_04220 import comparison

with job(snakemake.log[0]):
    comparison.aggregate(Path(snakemake.input[0]), snakemake.params.severities, Path(snakemake.output[0]))
