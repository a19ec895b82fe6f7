"""Prepare a user's own model and describe its inputs and output."""

import json
from pathlib import Path

from quantshift.jobs.arguments import parse_arguments
from quantshift.jobs.job import job
from quantshift.models.given.store import store_model

arguments = parse_arguments(__doc__, log=Path, file=Path, choices=json.loads, model=Path, signature=Path)
with job(arguments.log, own_files=True):
    store_model(file=arguments.file, choices=arguments.choices, model=arguments.model, signature=arguments.signature)
