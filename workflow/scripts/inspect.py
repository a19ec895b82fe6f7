"""Describe the files of a model's variants: their size, their coverage, their speed."""

import json
from pathlib import Path

from quantshift.inspection.inspect import inspect
from quantshift.jobs.arguments import arguments
from quantshift.jobs.job import job

given = arguments(
    __doc__, log=Path, variants=[Path], model_record=Path, inputs=Path, inference=json.loads, records=[Path]
)
with job(given.log):
    inspect(
        variants=given.variants,
        model_record=given.model_record,
        inputs=given.inputs,
        inference=given.inference,
        records=given.records,
    )
