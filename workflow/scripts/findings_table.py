"""Write the table `findings`."""

from pathlib import Path

from quantshift.jobs.job import job
from quantshift.studies.arxiv_2204_04220 import findings_table

with job(snakemake.log[0]):
    findings_table.aggregate(
        masks=[Path(file) for file in snakemake.input.masks],
        draws=[Path(file) for file in snakemake.input.draws],
        retrainings=[Path(file) for file in snakemake.input.retrainings],
        evaluation=Path(snakemake.input.evaluation),
        table=Path(snakemake.output[0]),
        joining=snakemake.params.joining,
    )
