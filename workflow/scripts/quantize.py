"""Quantize one exported model with one preset."""

from pathlib import Path

from quantshift.jobs import job
from quantshift.quantizers.quantize import quantize

with job(snakemake):
    quantize(
        preset=snakemake.params.preset,
        source=Path(snakemake.input.float32),
        calibration=Path(snakemake.input.calibration),
        ranges=Path(snakemake.input.ranges),
        model=Path(snakemake.output[0]),
    )
