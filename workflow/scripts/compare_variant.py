"""Compare the logits of a variant that the user gives with those of float32 on all test sets."""

from pathlib import Path

from quantshift.analysis.comparisons import write_comparisons
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
    masks=[Path],
    inputs=[Path],
    weakest=[Path],
)
with job(arguments.log):
    write_comparisons(
        model=arguments.model,
        logits=arguments.logits,
        truth_file=arguments.truth,
        tables=arguments.tables,
        masks=arguments.masks,
        inputs=arguments.inputs,
        weakest=arguments.weakest,
        task=read_task(arguments.record),
    )
