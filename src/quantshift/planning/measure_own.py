"""Measure the work of a user's own models and data on one core of this machine, with the first samples of the data.

The jobs' own functions run in a temporary folder. The user's files are read and not changed.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from quantshift.planning.job import Job
from quantshift.planning.measured import Measured
from quantshift.planning.planned_study import PlannedStudy
from quantshift.planning.timed_data import TimedData
from quantshift.planning.timed_model import PreparedModel, TimedModel
from quantshift.planning.timing import quiet
from quantshift.planning.work import work


def measure_own(jobs: Sequence[Job], study: PlannedStudy) -> Measured:
    """Measure jobs of a user's own data and of the models that use them.

    Args:
        jobs: one job for each kind of work, of the rules `estimates.OWN_MEASURABLE`, all of the same data.
        study: the jobs' study, whose config has absolute paths.

    Raises:
        QuantshiftError: a file of the user is damaged, or does not fit the others; the jobs would report the same.
    """
    measured = Measured()
    dataset = jobs[0].names["dataset"]
    with quiet(), tempfile.TemporaryDirectory() as scratch:
        models = [model for model in study.given if model.dataset == dataset]
        prepared = [PreparedModel(study, model, Path(scratch) / model.path) for model in models]
        data = TimedData(study, dataset, Path(scratch) / "data", [model.signature for model in prepared])
        timed = {model.id.architecture: TimedModel(study, model, data) for model in prepared}
        for job in jobs:
            line, stored = (timed[job.names["architecture"]] if "architecture" in job.names else data).measure(job)
            kind = work(job, study).kind
            measured.lines[kind] = line
            if stored is not None:
                measured.stored[kind] = stored
    return measured
