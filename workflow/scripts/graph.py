"""Trace the graph of one architecture."""

import json
from pathlib import Path

from quantshift.core.signature import Feeding
from quantshift.export.trace import trace
from quantshift.jobs.arguments import parse_arguments
from quantshift.jobs.job import job

arguments = parse_arguments(
    __doc__, log=Path, dataset=str, architecture=str, options=json.loads, feeding=Feeding.parse, graph=Path
)
with job(arguments.log):
    trace(
        dataset=arguments.dataset,
        architecture=arguments.architecture,
        options=arguments.options,
        feeding=arguments.feeding,
        path=arguments.graph,
    )
