"""Write the logits of one variant on the test sets of one suite."""

import json
from pathlib import Path

from quantshift.jobs.arguments import parse_arguments
from quantshift.jobs.job import job
from quantshift.runtime.evaluate import evaluate

arguments = parse_arguments(
    __doc__, log=Path, model=Path, record=Path, test_sets=[Path], test_set_keys=[str], inference=json.loads, logits=Path
)
with job(arguments.log):
    evaluate(
        model=arguments.model,
        record=arguments.record,
        test_sets=dict(zip(arguments.test_set_keys, arguments.test_sets, strict=True)),
        **arguments.inference,
        logits=arguments.logits,
    )
