"""Write the table `published_comparison`."""

from pathlib import Path

from quantshift.aggregation import published_comparison
from quantshift.jobs import job

with job(snakemake.log[0]):
    published_comparison.aggregate(Path(snakemake.input[0]), snakemake.params.severities, Path(snakemake.output[0]))
