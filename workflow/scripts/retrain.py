"""Train one model further with its own disagreements among the training inputs."""

import json
from pathlib import Path

from quantshift.core.signature import Feeding
from quantshift.jobs.arguments import arguments
from quantshift.jobs.job import job
from quantshift.training.outcome import Outcome
from quantshift.training.retrain import retrain
from quantshift.training.train import Run

given = arguments(
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
with job(given.log) as terminal:
    retrain(
        Run.parse(*given.model),
        options=given.options,
        settings=given.settings,
        feeding=given.feeding,
        device=given.device,
        precision=given.precision,
        data=given.sources.parents[1],
        base_weights=given.base_weights,
        base_record=given.base_record,
        float32=given.logits[0],
        quantized=given.logits[1:],
        outcome=Outcome(given.weights, given.torch_logits, given.record),
        report=terminal.report,
    )
