"""Compare a retrained model's disagreements with those that it had before."""

from pathlib import Path

from quantshift.analysis.retraining import write_retraining
from quantshift.jobs.job import job

with job(snakemake.log[0]):
    wildcards = snakemake.wildcards
    write_retraining(
        model={
            "dataset": wildcards.dataset,
            "architecture": wildcards.architecture,
            "method": wildcards.method,
            "seed": int(wildcards.seed),
        },
        protocol=wildcards.protocol,
        before={Path(file).parent.name: file for file in snakemake.input.before},
        after={Path(file).parent.name: file for file in snakemake.input.after},
        test_set=Path(snakemake.input.labels).parent,
        validation=snakemake.input.validation,
        record=snakemake.input.record,
        table=snakemake.output.table,
        masks=snakemake.output.masks,
    )
