"""Quantize one exported model with one preset."""

import json
from pathlib import Path

from quantshift.jobs.arguments import parse_arguments
from quantshift.jobs.job import job
from quantshift.quantizers.quantize import quantize

arguments = parse_arguments(
    __doc__, log=Path, preset=json.loads, float32=Path, record=Path, calibration=Path, model=Path
)
with job(arguments.log):
    quantize(
        preset=arguments.preset,
        source=arguments.float32,
        record=arguments.record,
        calibration=arguments.calibration,
        model=arguments.model,
    )
