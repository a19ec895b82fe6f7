"""Test all detectors on the disagreements of a model's quantized variants with float32."""

from pathlib import Path

from quantshift.analysis.detection.detections import write_detections
from quantshift.core.model_id import ModelId
from quantshift.jobs.arguments import arguments
from quantshift.jobs.job import job
from quantshift.tasks.of_output import read_task

given = arguments(
    __doc__,
    log=Path,
    model=ModelId.parse,
    record=Path,
    logits=[Path],
    truth=Path,
    tables=[Path],
    draws=[Path],
)
with job(given.log):
    write_detections(
        model=given.model,
        logits=given.logits,
        truth_file=given.truth,
        tables=given.tables,
        draws=given.draws,
        task=read_task(given.record),
    )
