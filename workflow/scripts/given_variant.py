"""Prepare a quantized file that the user gives, so that it runs as the float32 model does."""

import json
from pathlib import Path

from quantshift.jobs.arguments import parse_arguments
from quantshift.jobs.job import job
from quantshift.models.given.store import store_variant

arguments = parse_arguments(__doc__, log=Path, file=Path, source=Path, constants=json.loads, signature=Path, model=Path)
with job(arguments.log, own_files=True):
    store_variant(
        file=arguments.file,
        source=arguments.source,
        constants=arguments.constants,
        signature=arguments.signature,
        model=arguments.model,
    )
