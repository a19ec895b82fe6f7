"""Make one shifted test set: generated, natural, or read from a published archive."""

import json
from pathlib import Path

from quantshift.data import test_sets
from quantshift.data.modalities import DataSet
from quantshift.jobs.arguments import arguments, one_or_none
from quantshift.jobs.job import job

given = arguments(
    __doc__,
    log=Path,
    shift=[str],
    modality=str,
    facts=json.loads,
    limit=json.loads,
    fetched=[Path],
    folder=Path,
    inputs=Path,
)
with job(given.log):
    kind, collection, name, suite, shift, severity = given.shift
    dataset = DataSet(name, given.modality, given.facts, given.folder)
    names = {"collection": collection, "shift": shift, "limit": given.limit, "target": given.inputs.parent}
    match kind:
        case "natural":
            test_sets.natural(dataset, **names, artifact=one_or_none(given.fetched))
        case "synthetic":
            artifact = one_or_none(given.fetched)
            test_sets.synthetic(dataset, **names, suite=suite, severity=int(severity), artifact=artifact)
        case "archive":
            test_sets.published(dataset, **names, severity=int(severity), archive=given.fetched[0])
