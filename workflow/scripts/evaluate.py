"""Run one variant over the test sets of one suite."""

import json
from pathlib import Path

from quantshift.jobs.arguments import arguments
from quantshift.jobs.job import job
from quantshift.runtime.evaluate import evaluate

given = arguments(
    __doc__, log=Path, model=Path, record=Path, test_sets=[Path], test_set_keys=[str], inference=json.loads, logits=Path
)
with job(given.log):
    evaluate(
        model=given.model,
        record=given.record,
        test_sets=dict(zip(given.test_set_keys, given.test_sets, strict=True)),
        **given.inference,
        logits=given.logits,
    )
