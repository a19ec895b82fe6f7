"""Checks of training methods and their hyperparameters."""

import json
from collections.abc import Iterator
from importlib import metadata

from pydantic import BaseModel

from quantshift.configuration.member_options import options_model
from quantshift.configuration.model.training import Training
from quantshift.configuration.names import unknown_name
from quantshift.configuration.violations import violations
from quantshift.core import members
from quantshift.core.settings import setting
from quantshift.study import Config, method_part, modality


def method_model(method: str, dataset: str) -> type[BaseModel]:
    """Return the model of a method's settings, including those for the data set's modality."""
    common = options_model(f"training/methods/{method}", "SETTINGS", Training, required=True)
    part = method_part(method, modality(dataset))
    return options_model(part, "SETTINGS", common, required=True) if part else common


def settings_of(method: str) -> str | None:
    """Return the method whose hyperparameters a control uses, or None for a method with its own hyperparameters."""
    leader: str | None = members.constants(f"training/methods/{method}").get("SETTINGS_OF")
    return leader


def missing_extra(config: Config) -> Iterator[str]:
    """Yield a line if the study trains models and torch is not installed."""
    if config["study"]["datasets"] and not any(metadata.distributions(name="torch")):
        yield (
            f"study.datasets = {json.dumps(config['study']['datasets'])}: training needs torch, which is not "
            "installed; install it (pip install 'quantshift[training]') or use [] for your own models alone"
        )


def wrong_training(config: Config) -> Iterator[str]:
    """Yield a line for each training that is missing or that has wrong hyperparameters."""
    for dataset, methods in config["training"].items():
        unknown = list(unknown_name(f"training.{dataset}", dataset, members.names("datasets")))
        yield from unknown
        if unknown:
            continue
        for method, settings in methods.items():
            key = f"training.{dataset}.{method}"
            mistakes = list(unknown_name(key, method, members.names("training/methods")))
            yield from mistakes
            if mistakes:
                continue
            if leader := settings_of(method):
                yield (
                    f"{key}: {method} is the control of {leader} and uses the hyperparameters of "
                    f"training.{dataset}.{leader}; remove it here"
                )
                continue
            kind, parts = modality(dataset), members.names(f"training/modalities/{method}")
            if parts and kind not in parts:
                yield f"{key}: {method} needs {' or '.join(parts)} inputs, but {dataset} has {kind} inputs"
                continue
            if settings.get("augmentation") and not method_part("augmentation", kind):
                kinds = " or ".join(members.names("training/modalities/augmentation"))
                yield f"{key}.augmentation needs {kinds} inputs, but {dataset} has {kind} inputs; remove it"
                continue
            yield from violations(settings, method_model(method, dataset), ("training", dataset, method))
            if start := settings.get("start_from"):
                yield from unknown_name(f"{key}.start_from", start, methods)
                if methods.get(start, {}).get("start_from"):
                    yield f"{key}.start_from = {json.dumps(start)}: {start} itself starts from another method"
    # Unknown names have been reported already.
    known = set(members.names("training/methods"))
    for dataset in config["study"]["datasets"]:
        for method in setting(config, dataset, "methods"):
            needed = (settings_of(method) or method) if method in known else ""
            if dataset in config["datasets"] and needed in known - set(config["training"].get(dataset, {})):
                key = f"datasets.{dataset}.methods" if config["datasets"][dataset].get("methods") else "study.methods"
                what = "it" if needed == method else f"{method}, which uses the same hyperparameters,"
                yield f"training.{dataset}.{needed} is missing: {key} asks for {what} on {dataset}"
