"""Store a user's own data as splits."""

import json
from pathlib import Path

from quantshift.data.given_data import GivenData, class_count, expected_inputs, store_splits
from quantshift.jobs.arguments import parse_arguments
from quantshift.jobs.job import job

arguments = parse_arguments(
    __doc__, log=Path, name=str, settings=json.loads, constants=json.loads, signatures=[Path], feeding=Path
)
with job(arguments.log, own_files=True):
    signatures = arguments.signatures
    data = GivenData(
        arguments.name, arguments.settings, expected_inputs(signatures), class_count(signatures), arguments.constants
    )
    store_splits(data, arguments.feeding)
