"""Quantize one exported model with one preset."""

import json
from pathlib import Path

from quantshift.jobs.arguments import parse_arguments
from quantshift.jobs.job import job
from quantshift.quantizers.variant import write_variant

arguments = parse_arguments(
    __doc__, log=Path, preset=json.loads, float32=Path, record=Path, calibration=Path, model=Path
)
with job(arguments.log):
    write_variant(
        preset=arguments.preset,
        source=arguments.float32,
        record=arguments.record,
        calibration=arguments.calibration,
        model=arguments.model,
    )
