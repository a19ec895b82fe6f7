"""Write the table `findings`."""

from pathlib import Path

from quantshift.aggregation import findings
from quantshift.jobs import job

with job(snakemake.log[0]):
    findings.aggregate(
        [Path(file) for file in snakemake.input.masks],
        [Path(file) for file in snakemake.input.draws],
        [Path(file) for file in snakemake.input.retrainings],
        Path(snakemake.output[0]),
        snakemake.params.joining,
    )
