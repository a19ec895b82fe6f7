"""Trace the graph of one architecture."""

import json
from pathlib import Path

from quantshift.core.signature import Feeding
from quantshift.export.trace import trace
from quantshift.jobs.arguments import arguments
from quantshift.jobs.job import job

given = arguments(
    __doc__, log=Path, dataset=str, architecture=str, options=json.loads, feeding=Feeding.parse, graph=Path
)
with job(given.log):
    trace(
        dataset=given.dataset,
        architecture=given.architecture,
        options=given.options,
        feeding=given.feeding,
        path=given.graph,
    )
