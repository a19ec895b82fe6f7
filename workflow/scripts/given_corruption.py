"""Store corrupted copies of the user's own test data."""

import json
from pathlib import Path

from quantshift.data.corruptions.selection import Corruption, TestData
from quantshift.data.corruptions.store import store_corrupted
from quantshift.data.given_data import text_options
from quantshift.jobs.arguments import one_or_none, parse_arguments
from quantshift.jobs.job import job

arguments = parse_arguments(
    __doc__,
    log=Path,
    name=str,
    corruption=[str],
    settings=json.loads,
    limit=json.loads,
    fetched=[Path],
    feeding=Path,
    inputs=Path,
)
with job(arguments.log, own_files=True):
    collection, suite, shift, severity = arguments.corruption
    store_corrupted(
        TestData.read(arguments.name, arguments.feeding, text_options(arguments.settings)),
        Corruption(collection, suite, shift, int(severity), one_or_none(arguments.fetched)),
        arguments.limit,
        arguments.inputs.parent,
    )
