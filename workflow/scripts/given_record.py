"""Show that the prepared copy of a user's own model is unchanged, and write the model's record."""

import json
from pathlib import Path

from quantshift.core.model_id import ModelId
from quantshift.jobs.arguments import parse_arguments
from quantshift.jobs.job import job
from quantshift.models.given.record import store_record

arguments = parse_arguments(
    __doc__,
    log=Path,
    id=ModelId.parse,
    file=Path,
    choices=json.loads,
    model=Path,
    feeding=Path,
    inputs=Path,
    labels=Path,
    calibration=Path,
    parity_inputs=int,
    model_record=Path,
)
with job(arguments.log, own_files=True):
    store_record(
        file=arguments.file,
        choices=arguments.choices,
        model=arguments.model,
        feeding=arguments.feeding,
        inputs=arguments.inputs,
        labels=arguments.labels,
        calibration=arguments.calibration,
        parity_inputs=arguments.parity_inputs,
        model_id=arguments.id,
        record=arguments.model_record,
    )
