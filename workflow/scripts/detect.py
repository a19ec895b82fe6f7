"""Test all detectors on one quantized variant's disagreements with float32."""

from pathlib import Path

from quantshift.analysis.detectors import write_detections
from quantshift.jobs import job

with job(snakemake):
    wildcards = snakemake.wildcards
    suites: dict[str, list[tuple[str, int]]] = {}
    for suite, shift, severity in snakemake.params.test_sets:
        suites.setdefault(suite, []).append((shift, severity))
    write_detections(
        cell={
            "dataset": wildcards.dataset,
            "architecture": wildcards.architecture,
            "method": wildcards.method,
            "seed": int(wildcards.seed),
            "variant": wildcards.quantizer,
        },
        suites=suites,
        reference={Path(file).stem: file for file in snakemake.input.float32},
        variant={Path(file).stem: file for file in snakemake.input.variant},
        sources=dict(zip(map(tuple, snakemake.params.test_sets), snakemake.input.sources, strict=True)),
        table=snakemake.output.table,
        draws=snakemake.output.draws,
    )
