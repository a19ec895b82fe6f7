"""Train one model further with its own disagreements among the training inputs."""

from pathlib import Path

from quantshift.jobs import job
from quantshift.training.outcome import Outcome
from quantshift.training.retrain import retrain
from quantshift.training.train import Run

with job(snakemake.log[0]) as terminal:
    wildcards = snakemake.wildcards
    float32, *quantized = (Path(file) for file in snakemake.input.logits)
    retrain(
        Run(wildcards.dataset, wildcards.architecture, wildcards.method, int(wildcards.seed), wildcards.protocol),
        options=snakemake.params.options,
        settings=snakemake.params.settings,
        device=snakemake.params.device,
        data=Path(snakemake.input.sources).parents[1],
        base_weights=Path(snakemake.input.weights),
        base_record=Path(snakemake.input.record),
        float32=float32,
        quantized=quantized,
        outcome=Outcome(**{name: Path(file) for name, file in snakemake.output.items()}),
        report=terminal.report,
    )
