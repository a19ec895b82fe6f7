"""Make one shifted test set of texts: generated or natural."""

import json
from pathlib import Path

from quantshift.data import text_sets
from quantshift.jobs.arguments import arguments, one_or_none
from quantshift.jobs.job import job

given = arguments(
    __doc__, log=Path, shift=[str], limit=json.loads, fetched=[Path], clean=[Path], vocabulary=Path, texts=Path
)
with job(given.log):
    kind, collection, dataset, suite, shift, severity = given.shift
    match kind:
        case "natural":
            text_sets.natural(
                dataset=dataset,
                collection=collection,
                shift=shift,
                limit=given.limit,
                artifact=given.fetched[0],
                folder=given.vocabulary.parent,
                target=given.texts.parent,
            )
        case "synthetic":
            text_sets.synthetic(
                dataset=dataset,
                collection=collection,
                suite=suite,
                shift=shift,
                severity=int(severity),
                limit=given.limit,
                clean=given.clean[0].parent,
                artifact=one_or_none(given.fetched),
                target=given.texts.parent,
            )
