"""Compare the logits of a model's variants with float32's on all test sets."""

from pathlib import Path

from quantshift.analysis.comparisons import write_comparisons
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
    masks=[Path],
    inputs=[Path],
    weakest=[Path],
)
with job(given.log):
    write_comparisons(
        model=given.model,
        logits=given.logits,
        truth_file=given.truth,
        tables=given.tables,
        masks=given.masks,
        inputs=given.inputs,
        weakest=given.weakest,
        task=read_task(given.record),
    )
