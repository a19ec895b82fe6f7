"""Disk space of a job's outputs."""

from collections.abc import Mapping

from quantshift.core.test_set import TestSet
from quantshift.planning import sizes
from quantshift.planning.job import Job
from quantshift.planning.planned_study import PlannedStudy
from quantshift.planning.rates import Rates
from quantshift.planning.work import exported, quantized, work

KINDS = {
    "fetch": "fetched",
    "dataset": "data",
    "shift": "data",
    "train": "models",
    "retrain": "models",
    "graph": "models",
    "export": "models",
    "quantize": "models",
    "evaluate": "logits",
    "given_model": "models",
    "given_variant": "models",
    "given_data": "data",
    "given_shift": "data",
    "given_corruption": "data",
}
OTHER = "the rest"


def kind(rule: str) -> str:
    """Return the kind of a rule's outputs."""
    return KINDS.get(rule, OTHER)


def stored(job: Job, study: PlannedStudy, rates: Rates, measured: Mapping[tuple[str, ...], float]) -> float | None:
    """Return the bytes of a job's outputs, or None if unknown.

    Args:
        job: the job.
        study: the job's study.
        rates: rates from records.
        measured: measured bytes per unit of work, by kind of work.
    """
    names = job.names
    match job.rule:
        case _ if study.is_given(names.get("dataset", "")):
            job_work = work(job, study)
        case "dataset":
            return sizes.split_inputs(study, names["dataset"]) * sizes.input_bytes(names["dataset"])
        case "shift":
            test_set = TestSet(names["suite"], names["shift"], int(names["severity"]))
            return sizes.test_inputs(study, names["dataset"], test_set) * sizes.input_bytes(names["dataset"])
        case "evaluate":
            values = sizes.suite_inputs(study, names["dataset"], names["suite"]) * sizes.classes(names["dataset"])
            return values * sizes.LOGIT_BYTES
        case "train" | "retrain" | "export":
            # The weights are as large as the float32 graph.
            job_work = exported(names, study)
        case "quantize":
            job_work = quantized(names, study)
        case _:
            job_work = work(job, study)
    recorded = rates.stored(job_work)
    if recorded is not None or job_work.kind not in measured:
        return recorded
    return measured[job_work.kind] * job_work.amount
