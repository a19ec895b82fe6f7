"""Train one model."""

import json
from pathlib import Path

from quantshift.core.signature import Feeding
from quantshift.jobs.arguments import one_or_none, parse_arguments
from quantshift.jobs.job import job
from quantshift.training.outcome import Outcome
from quantshift.training.train import train

arguments = parse_arguments(
    __doc__,
    log=Path,
    model=[str],
    options=json.loads,
    settings=json.loads,
    feeding=Feeding.parse,
    device=str,
    precision=str,
    train_inputs=Path,
    start=[Path],
    pretrained=[Path],
    weights=Path,
    torch_logits=Path,
    record=Path,
)
with job(arguments.log) as terminal:
    dataset, architecture, method, seed = arguments.model
    train(
        dataset=dataset,
        architecture=architecture,
        method=method,
        seed=int(seed),
        options=arguments.options,
        settings=arguments.settings,
        feeding=arguments.feeding,
        device=arguments.device,
        precision=arguments.precision,
        data=arguments.train_inputs.parents[1],
        start=one_or_none(arguments.start),
        pretrained=one_or_none(arguments.pretrained),
        outcome=Outcome(arguments.weights, arguments.torch_logits, arguments.record),
        report=terminal.report,
    )
