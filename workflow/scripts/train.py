"""Train one model."""

from pathlib import Path

from quantshift.jobs import job
from quantshift.training.outcome import Outcome
from quantshift.training.train import train

with job(snakemake.log[0]) as terminal:
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
        outcome=Outcome(**{name: Path(file) for name, file in snakemake.output.items()}),
        report=terminal.report,
    )
