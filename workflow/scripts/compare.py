"""Compare one variant's logits with float32's on all test sets."""

from pathlib import Path

from quantshift.analysis.comparison import write_comparison
from quantshift.jobs import job

with job(snakemake):
    wildcards = snakemake.wildcards
    suites: dict[str, list[tuple[str, int]]] = {}
    for suite, shift, severity in snakemake.params.test_sets:
        suites.setdefault(suite, []).append((shift, severity))
    truth = [Path(labels).parent for labels in snakemake.input.truth[::2]]
    write_comparison(
        cell={
            "dataset": wildcards.dataset,
            "architecture": wildcards.architecture,
            "method": wildcards.method,
            "seed": int(wildcards.seed),
            "variant": wildcards.variant,
        },
        suites=suites,
        reference={Path(file).stem: file for file in snakemake.input.float32},
        variant={Path(file).stem: file for file in snakemake.input.variant},
        test_sets=dict(zip(map(tuple, snakemake.params.test_sets), truth, strict=True)),
        table=snakemake.output.table,
        masks=snakemake.output.masks,
        inputs=snakemake.output.inputs,
        weakest=snakemake.output.weakest,
    )
