"""Quantize one exported model with one preset."""

import json
from pathlib import Path

from quantshift.jobs.arguments import arguments
from quantshift.jobs.job import job
from quantshift.quantizers.quantize import quantize

given = arguments(__doc__, log=Path, preset=json.loads, float32=Path, record=Path, calibration=Path, model=Path)
with job(given.log):
    quantize(
        preset=given.preset,
        source=given.float32,
        record=given.record,
        calibration=given.calibration,
        model=given.model,
    )
