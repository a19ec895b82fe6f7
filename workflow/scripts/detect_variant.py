"""Test all detectors on the disagreements between float32 and a variant that the user gives."""

from pathlib import Path

from quantshift.analysis.detection.detections import write_detections
from quantshift.core.model_id import ModelId
from quantshift.jobs.arguments import parse_arguments
from quantshift.jobs.job import job
from quantshift.tasks.of_output import read_task

arguments = parse_arguments(
    __doc__,
    log=Path,
    model=ModelId.parse,
    record=Path,
    logits=[Path],
    truth=Path,
    tables=[Path],
    draws=[Path],
)
with job(arguments.log):
    write_detections(
        model=arguments.model,
        logits=arguments.logits,
        truth_file=arguments.truth,
        tables=arguments.tables,
        draws=arguments.draws,
        task=read_task(arguments.record),
    )
