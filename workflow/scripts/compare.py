"""Compare one variant's logits with float32's on all test sets."""

from pathlib import Path

from quantshift.analysis.comparison import write_comparison
from quantshift.jobs import job

with job(snakemake):
    wildcards = snakemake.wildcards
    write_comparison(
        cell={
            "dataset": wildcards.dataset,
            "architecture": wildcards.architecture,
            "method": wildcards.method,
            "seed": int(wildcards.seed),
            "variant": wildcards.variant,
        },
        reference={Path(file).stem: file for file in snakemake.input.float32},
        variant={Path(file).stem: file for file in snakemake.input.variant},
        known=snakemake.input.truth,
        table=snakemake.output.table,
        masks=snakemake.output.masks,
        inputs=snakemake.output.inputs,
        weakest=snakemake.output.weakest,
    )
