"""Make one shifted test set: generated, natural, or read from a published archive."""

import json
from pathlib import Path

from quantshift.data import test_sets
from quantshift.jobs.arguments import arguments, one_or_none
from quantshift.jobs.job import job

given = arguments(__doc__, log=Path, shift=[str], limit=json.loads, fetched=[Path], clean=[Path], inputs=Path)
with job(given.log):
    kind, collection, dataset, suite, shift, severity = given.shift
    target = given.inputs.parent
    match kind:
        case "natural":
            test_sets.natural(
                dataset=dataset,
                collection=collection,
                shift=shift,
                limit=given.limit,
                artifact=one_or_none(given.fetched),
                target=target,
            )
        case "synthetic":
            test_sets.synthetic(
                dataset=dataset,
                collection=collection,
                suite=suite,
                shift=shift,
                severity=int(severity),
                limit=given.limit,
                clean=given.clean[0].parent,
                target=target,
            )
        case "archive":
            test_sets.published(
                dataset=dataset,
                collection=collection,
                shift=shift,
                severity=int(severity),
                limit=given.limit,
                archive=given.fetched[0],
                clean=given.clean[0].parent,
                target=target,
            )
