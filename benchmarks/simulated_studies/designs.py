"""Designs: the sizes of a study's data sets, read from its config."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from quantshift.analysis.effects.source_rates import CLEAN
from quantshift.core.names import CONTROL, HELD_OUT
from quantshift.study import Study

ROOT = Path(__file__).parents[2]
# Number of test inputs if a config uses all; the largest sets are cut, since larger designs are easier.
ALL_INPUTS = {
    "mnist": 10_000,
    "fashion_mnist": 10_000,
    "cifar10": 10_000,
    "imdb": 5_000,
    "emoji": 585,
    "iwildcam": 10_000,
}
NATURAL_INPUTS = 1_000


@dataclass(frozen=True)
class Design:
    """The sizes of one data set in a study.

    Attributes:
        dataset: name of the data set.
        clean: number of clean test inputs.
        shifts: suite, severities and inputs of each synthetic shift.
        natural: suite and inputs of each natural shift.
        architectures: number of architectures.
        methods: names of the training methods.
        quantizers: number of quantizers.
        seeds: number of seeds.
        retrained_methods: number of methods whose models are retrained, 0 or more.
        retrained_quantizers: number of quantizers whose disagreements are added to retraining.
        retrained_seeds: number of seeds whose models are retrained.
    """

    dataset: str
    clean: int
    shifts: tuple[tuple[str, int, int], ...]
    natural: tuple[tuple[str, int], ...]
    architectures: int
    methods: tuple[str, ...]
    quantizers: int
    seeds: int
    retrained_methods: int
    retrained_quantizers: int
    retrained_seeds: int


def designs(study: Study) -> list[Design]:
    """Return the designs of a study's data sets."""
    study_designs = []
    for dataset in study.config["study"]["datasets"]:
        clean = study.splits(dataset)["test_limit"] or ALL_INPUTS[dataset]
        window = min(study.shift_limit(dataset) or clean, clean)
        shifts, natural = [], []
        for suite in [name for name in study.suites(dataset) if name != CLEAN]:
            severities: dict[str, int] = {}
            for test_set in study.test_sets(dataset, suite):
                severities[test_set.shift] = severities.get(test_set.shift, 0) + 1
            for shift, count in severities.items():
                if study.source_kind(suite, shift) == "natural":
                    natural.append((suite, min(clean, NATURAL_INPUTS)))
                else:
                    shifts.append((suite, count, window))
        protocols: dict[str, set[str]] = {}
        for model, protocol in study.retrained:
            if model.dataset == dataset:
                protocols.setdefault(protocol, set()).add(model.method)
        retrained = protocols.get(HELD_OUT, set()) & protocols.get(CONTROL, set())
        seeds = {model.seed for model, _ in study.retrained if model.dataset == dataset}
        study_designs.append(
            Design(
                dataset,
                clean,
                tuple(shifts),
                tuple(natural),
                architectures=sum(name == dataset for name, _ in study.architectures),
                methods=tuple(study.methods(dataset)),
                quantizers=len(study.quantizers),
                seeds=len(study.seeds(dataset)),
                retrained_methods=len(retrained),
                retrained_quantizers=len(study.disagreeing),
                retrained_seeds=len(seeds),
            )
        )
    return study_designs


def study_of(files: Sequence[Path]) -> Study:
    """Return the study of the default config, overridden by other files."""
    merged: dict[str, Any] = {}
    for file in [ROOT / "config/config.yaml", *files]:
        _override(merged, yaml.safe_load(file.read_text(encoding="utf-8")))
    return Study(merged)


def _override(base: dict[str, Any], override: dict[str, Any]) -> None:
    for key, value in override.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            _override(base[key], value)
        else:
            base[key] = value
