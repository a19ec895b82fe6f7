"""Make one shifted test set: generated, natural, or read from a published archive."""

from pathlib import Path

from quantshift import test_sets
from quantshift.jobs import job

with job(snakemake.log[0]):
    suite, shift, severity = (snakemake.wildcards[name] for name in ("suite", "shift", "severity"))
    collection = snakemake.params.collection
    target = Path(snakemake.output[0]).parent
    match snakemake.params.kind:
        case "natural":
            artifact = snakemake.input.get("artifact")
            test_sets.natural(
                collection=collection,
                shift=shift,
                limit=snakemake.params.test_limit,
                artifact=Path(artifact) if artifact else None,
                target=target,
            )
        case "synthetic":
            test_sets.synthetic(
                dataset=snakemake.wildcards.dataset,
                collection=collection,
                suite=suite,
                shift=shift,
                severity=int(severity),
                limit=snakemake.params.shift_limit,
                clean=Path(snakemake.input.inputs).parent,
                target=target,
            )
        case "archive":
            test_sets.published(
                collection=collection,
                shift=shift,
                severity=int(severity),
                limit=snakemake.params.shift_limit,
                archive=Path(snakemake.input.archive),
                clean=Path(snakemake.input.labels).parent,
                target=target,
            )
