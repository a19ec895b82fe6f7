"""GPU hours of a study's trainings, from training speeds that were measured on one GPU."""

import csv
from collections.abc import Iterable
from pathlib import Path

from quantshift.planning import sizes
from quantshift.planning.job import Job
from quantshift.study import Study

DEVICE = "NVIDIA H100"
# Inputs per second of standard trainings on DEVICE: torch 2.11, TF32 in convolutions, batch 128, without CUDA graphs.
# `benchmarks/training.py` measures another device.
RATES = Path(__file__).with_name("gpu_rates.csv")


def note(jobs: Iterable[Job], study: Study) -> str | None:
    """Return a sentence on the GPU hours of the trainings among `jobs`, or None if there are none.

    Trainings of architectures without a measured speed are counted, but have no hours.
    """
    trainings = [job for job in jobs if job.rule in ("train", "retrain")]
    if not trainings:
        return None
    with RATES.open(encoding="utf-8", newline="") as file:
        rates = {row["architecture"]: float(row["inputs_per_second"]) for row in csv.DictReader(file)}
    seconds = 0.0
    unknown = []
    for job in trainings:
        if rate := rates.get(job.names["architecture"]):
            seconds += passes(job, study) / rate
        else:
            unknown.append(job.names["architecture"])
    known = sorted({job.names["architecture"] for job in trainings} & set(rates))
    parts = [f"{seconds / 3600:.1f} GPU hours on one {DEVICE} for {', '.join(known)}"] if known else []
    if unknown:
        parts.append(f"no speed of {', '.join(sorted(set(unknown)))} on a GPU ({len(unknown):,} trainings)")
    return "trainings on a GPU instead: " + "; ".join(parts)


def passes(job: Job, study: Study) -> float:
    """Return the number of inputs that pass forward and backward in a training; an attack's steps count too."""
    dataset, method = job.names["dataset"], job.names["method"]
    retrained = "protocol" in job.names
    settings = study.retraining(dataset, method) if retrained else study.training(dataset, method)
    steps: int = settings.get("steps", 0)
    epochs: int = settings["epochs"]
    return epochs * sizes.training_inputs(study, dataset) * (1 + steps)
