"""Bytes that a job's outputs take, and what they are."""

from collections.abc import Mapping

from quantshift.core.test_set import TestSet
from quantshift.planning import sizes
from quantshift.planning.job import Job
from quantshift.planning.rates import Rates
from quantshift.planning.work import exported, quantized, work
from quantshift.study import Study

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
}
OTHER = "the rest"


def kind(rule: str) -> str:
    """Return what a rule's outputs are."""
    return KINDS.get(rule, OTHER)


def stored(job: Job, study: Study, rates: Rates, measured: Mapping[tuple[str, ...], int]) -> float | None:
    """Return the bytes of a job's outputs, or None where nothing tells.

    Args:
        job: the job.
        study: what it is a job of.
        rates: what records say.
        measured: bytes of models' files by kind of work, where they were written on the spot.
    """
    names = job.names
    match job.rule:
        case "dataset":
            return sizes.split_inputs(study, names["dataset"]) * sizes.input_bytes(names["dataset"])
        case "shift":
            test_set = TestSet(names["suite"], names["shift"], int(names["severity"]))
            return sizes.test_inputs(study, names["dataset"], test_set) * sizes.input_bytes(names["dataset"])
        case "evaluate":
            values = sizes.suite_inputs(study, names["dataset"], names["suite"]) * sizes.classes(names["dataset"])
            return values * sizes.LOGIT_BYTES
        case "train" | "retrain" | "export":
            # The weights take as much as the float32 graph.
            asked = exported(names, study)
        case "quantize":
            asked = quantized(names, study)
        case _:
            asked = work(job, study)
    found = rates.stored(asked)
    return measured.get(asked.kind) if found is None else found
