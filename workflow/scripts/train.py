"""Train one model."""

from pathlib import Path

from quantshift.jobs import job
from quantshift.training.train import train

with job(snakemake) as terminal:
    start, pretrained = snakemake.input.get("start"), snakemake.input.get("pretrained")
    train(
        dataset=snakemake.wildcards.dataset,
        architecture=snakemake.wildcards.architecture,
        method=snakemake.wildcards.method,
        seed=int(snakemake.wildcards.seed),
        options=snakemake.params.options,
        settings=snakemake.params.settings,
        device=snakemake.params.device,
        data=Path(snakemake.input.train_inputs).parents[1],
        start=Path(start) if start else None,
        pretrained=Path(pretrained) if pretrained else None,
        weights=Path(snakemake.output.weights),
        record=Path(snakemake.output.record),
        report=terminal.report,
    )
