"""Write the table `detectors`."""

from pathlib import Path

from quantshift.aggregation import detectors
from quantshift.jobs.job import job

with job(snakemake.log[0]):
    detectors.aggregate(
        [Path(file) for file in snakemake.input.detections],
        Path(snakemake.output[0]),
        snakemake.params.groups,
        snakemake.params.metrics,
        [Path(file) for file in snakemake.input.inspections],
    )
