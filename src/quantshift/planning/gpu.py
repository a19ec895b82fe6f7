"""GPU hours of a study's trainings, from training speeds that were measured on one GPU."""

import csv
from collections.abc import Iterable
from pathlib import Path

from quantshift.planning import sizes
from quantshift.planning.job import Job
from quantshift.planning.table import hours
from quantshift.study import Study

# Inputs per second of standard trainings, with torch 2.11. `benchmarks/training.py` measures other devices, and the
# current loop, which replays CUDA graphs.
DEVICE, CONDITIONS = "NVIDIA H100", "batch 128, full width, TF32 in convolutions, without CUDA graphs"
RATES = Path(__file__).with_name("gpu_rates.csv")


def note(jobs: Iterable[Job], study: Study) -> str | None:
    """Return a sentence on the GPU hours of the trainings among `jobs`, or None if no speed is known of them.

    Trainings of architectures without a measured speed are counted, but have no hours.
    """
    trainings = [job for job in jobs if job.rule in ("train", "retrain")]
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
    if not known:
        return None
    sentence = f"trainings of {', '.join(known)} on one {DEVICE}: {hours(seconds)} GPU hours at speeds of {CONDITIONS}"
    if unknown:
        sentence += f"; no speed is known of {', '.join(sorted(set(unknown)))} ({len(unknown):,} trainings)"
    return sentence


def passes(job: Job, study: Study) -> float:
    """Return the number of inputs that pass forward and backward in a training; an attack's steps count too."""
    dataset, method = job.names["dataset"], job.names["method"]
    retrained = "protocol" in job.names
    settings = study.retraining(dataset, method) if retrained else study.training(dataset, method)
    steps: int = settings.get("steps", 0)
    epochs: int = settings["epochs"]
    return epochs * sizes.training_inputs(study, dataset) * (1 + steps)
