"""Make one shifted test set: generated, natural, or read from a published archive."""

from pathlib import Path

from quantshift import test_sets
from quantshift.jobs import job

with job(snakemake):
    suite, shift, severity = (snakemake.wildcards[name] for name in ("suite", "shift", "severity"))
    target = Path(snakemake.output[0]).parent
    match snakemake.params.kind:
        case "natural":
            test_sets.natural(suite=suite, shift=shift, limit=snakemake.params.test_limit, target=target)
        case "synthetic":
            test_sets.synthetic(
                dataset=snakemake.wildcards.dataset,
                suite=suite,
                shift=shift,
                severity=int(severity),
                clean=Path(snakemake.input.inputs).parent,
                target=target,
            )
        case "archive":
            test_sets.published(
                suite=suite,
                shift=shift,
                severity=int(severity),
                archive=Path(snakemake.input.archive),
                clean=Path(snakemake.input.labels).parent,
                target=target,
            )
