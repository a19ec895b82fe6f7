"""Create one shifted test set: synthetic, natural, or read from a published archive."""

import json
from pathlib import Path

from quantshift.data import test_sets
from quantshift.data.modalities import DataSet
from quantshift.jobs.arguments import one_or_none, parse_arguments
from quantshift.jobs.job import job

arguments = parse_arguments(
    __doc__,
    log=Path,
    shift=[str],
    modality=str,
    shape=[int],
    modality_facts=json.loads,
    limit=json.loads,
    fetched=[Path],
    folder=Path,
    inputs=Path,
)
with job(arguments.log):
    kind, collection, name, suite, shift, severity = arguments.shift
    test_sets.create(
        DataSet(name, arguments.modality, tuple(arguments.shape), arguments.modality_facts, arguments.folder),
        kind,
        collection=collection,
        suite=suite,
        shift=shift,
        severity=int(severity),
        limit=arguments.limit,
        artifact=one_or_none(arguments.fetched),
        target=arguments.inputs.parent,
    )
