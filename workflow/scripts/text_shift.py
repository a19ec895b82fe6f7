"""Make one shifted test set of texts: generated or natural."""

from pathlib import Path

from quantshift import text_sets
from quantshift.jobs import job

with job(snakemake.log[0]):
    dataset, suite, shift, severity = (snakemake.wildcards[name] for name in ("dataset", "suite", "shift", "severity"))
    artifact = snakemake.input.get("artifact")
    folder = Path(snakemake.input.vocabulary).parent
    target = Path(snakemake.output.texts).parent
    match snakemake.params.kind:
        case "natural":
            text_sets.natural(
                dataset=dataset,
                collection=snakemake.params.collection,
                shift=shift,
                limit=snakemake.params.test_limit,
                artifact=Path(artifact),
                folder=folder,
                target=target,
            )
        case "synthetic":
            text_sets.synthetic(
                dataset=dataset,
                collection=snakemake.params.collection,
                suite=suite,
                shift=shift,
                severity=int(severity),
                limit=snakemake.params.shift_limit,
                clean=folder / "test",
                artifact=Path(artifact) if artifact else None,
                target=target,
            )
