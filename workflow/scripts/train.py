"""Train one model."""

import json
from pathlib import Path

from quantshift.core.signature import Feeding
from quantshift.jobs.arguments import arguments, one_or_none
from quantshift.jobs.job import job
from quantshift.training.outcome import Outcome
from quantshift.training.train import train

given = arguments(
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
with job(given.log) as terminal:
    dataset, architecture, method, seed = given.model
    train(
        dataset=dataset,
        architecture=architecture,
        method=method,
        seed=int(seed),
        options=given.options,
        settings=given.settings,
        feeding=given.feeding,
        device=given.device,
        precision=given.precision,
        data=given.train_inputs.parents[1],
        start=one_or_none(given.start),
        pretrained=one_or_none(given.pretrained),
        outcome=Outcome(given.weights, given.torch_logits, given.record),
        report=terminal.report,
    )
