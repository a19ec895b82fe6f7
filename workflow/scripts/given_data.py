"""Store a user's own data as splits."""

import json
from pathlib import Path

from quantshift.data.given_data import GivenData, expected_inputs, store_splits
from quantshift.jobs.arguments import parse_arguments
from quantshift.jobs.job import job

arguments = parse_arguments(__doc__, log=Path, name=str, settings=json.loads, signatures=[Path], feeding=Path)
with job(arguments.log):
    data = GivenData(arguments.name, arguments.settings, expected_inputs(arguments.signatures))
    store_splits(data, arguments.feeding)
