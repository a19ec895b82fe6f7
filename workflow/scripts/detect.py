"""Test all detectors on one quantized variant's disagreements with float32."""

from pathlib import Path

from quantshift.analysis.detection.detectors import write_detections
from quantshift.core.model_id import ModelId
from quantshift.jobs.arguments import arguments
from quantshift.jobs.job import job
from quantshift.tasks.of_output import read_task

given = arguments(
    __doc__,
    log=Path,
    model=ModelId.parse,
    name=str,
    record=Path,
    float32=[Path],
    variant=[Path],
    truth=Path,
    table=Path,
    draws=Path,
)
with job(given.log):
    write_detections(
        cell=given.model.cell(given.name),
        reference={file.stem: file for file in given.float32},
        variant={file.stem: file for file in given.variant},
        truth_file=given.truth,
        table=given.table,
        draws=given.draws,
        task=read_task(given.record),
    )
