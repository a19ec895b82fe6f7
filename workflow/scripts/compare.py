"""Compare one variant's logits with float32's on all test sets."""

from pathlib import Path

from quantshift.analysis.comparison import write_comparison
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
    masks=Path,
    inputs=Path,
    weakest=Path,
)
with job(given.log):
    write_comparison(
        cell=given.model.cell(given.name),
        reference={file.stem: file for file in given.float32},
        variant={file.stem: file for file in given.variant},
        truth_file=given.truth,
        table=given.table,
        masks=given.masks,
        inputs=given.inputs,
        weakest=given.weakest,
        task=read_task(given.record),
    )
