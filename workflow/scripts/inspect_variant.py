"""Write the size, the coverage and the speed of a variant that the user gives."""

import json
from pathlib import Path

from quantshift.inspection.inspect import inspect
from quantshift.jobs.arguments import parse_arguments
from quantshift.jobs.job import job

arguments = parse_arguments(
    __doc__,
    log=Path,
    float32=Path,
    variants=[Path],
    model_record=Path,
    inputs=Path,
    inference=json.loads,
    records=[Path],
)
with job(arguments.log):
    inspect(
        float32=arguments.float32,
        variants=arguments.variants,
        model_record=arguments.model_record,
        inputs=arguments.inputs,
        inference=arguments.inference,
        records=arguments.records,
    )
