"""Describe one variant's file: its size, its coverage, its speed."""

import json
from pathlib import Path

from quantshift.inspection.inspect import inspect
from quantshift.jobs.arguments import arguments
from quantshift.jobs.job import job

given = arguments(
    __doc__, log=Path, variant=Path, float32=Path, model_record=Path, inputs=Path, inference=json.loads, record=Path
)
with job(given.log):
    inspect(
        variant=given.variant,
        float32=given.float32,
        model_record=given.model_record,
        inputs=given.inputs,
        **given.inference,
        record=given.record,
    )
