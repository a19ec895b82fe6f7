"""Test all detectors on the disagreements of a model's quantized variants with float32."""

from pathlib import Path

from quantshift.analysis.detection.detections import write_detections
from quantshift.core.model_id import ModelId
from quantshift.jobs.arguments import arguments
from quantshift.jobs.job import job

given = arguments(__doc__, log=Path, model=ModelId.parse, logits=[Path], truth=Path, tables=[Path], draws=[Path])
with job(given.log):
    write_detections(model=given.model, logits=given.logits, known=given.truth, tables=given.tables, draws=given.draws)
