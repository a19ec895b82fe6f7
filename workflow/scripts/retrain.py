"""Continue the training of one model with its disagreements among the training inputs."""

import json
from pathlib import Path

from quantshift.core.signature import Feeding
from quantshift.jobs.arguments import parse_arguments
from quantshift.jobs.job import job
from quantshift.training.outcome import Outcome
from quantshift.training.retrain import retrain
from quantshift.training.train import Run

arguments = parse_arguments(
    __doc__,
    log=Path,
    model=[str],
    options=json.loads,
    settings=json.loads,
    feeding=Feeding.parse,
    device=str,
    precision=str,
    base_weights=Path,
    base_record=Path,
    logits=[Path],
    sources=Path,
    weights=Path,
    torch_logits=Path,
    record=Path,
)
with job(arguments.log) as terminal:
    retrain(
        Run.parse(*arguments.model),
        options=arguments.options,
        settings=arguments.settings,
        feeding=arguments.feeding,
        device=arguments.device,
        precision=arguments.precision,
        data=arguments.sources.parents[1],
        base_weights=arguments.base_weights,
        base_record=arguments.base_record,
        float32=arguments.logits[0],
        quantized=arguments.logits[1:],
        outcome=Outcome(arguments.weights, arguments.torch_logits, arguments.record),
        report=terminal.report,
    )
