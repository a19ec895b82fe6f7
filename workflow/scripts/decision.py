"""Write the decision on each model."""

from pathlib import Path

from quantshift.aggregation import decision
from quantshift.jobs.job import job

with job(snakemake.log[0]):
    decision.aggregate(
        evaluation=Path(snakemake.input.evaluation),
        variants=Path(snakemake.input.variants),
        comparisons=[Path(file) for file in snakemake.input.comparisons],
        inputs=[Path(file) for file in snakemake.input.inputs],
        settings=snakemake.params.settings,
        order=snakemake.params.order,
        decision=Path(snakemake.output[0]),
    )
