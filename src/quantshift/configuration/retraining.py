"""Checks of the settings for retraining."""

import json
from collections.abc import Iterator
from typing import Any

from quantshift.configuration.names import unknown_name
from quantshift.core import members
from quantshift.core.settings import setting
from quantshift.study import Config


def wrong_retraining(config: Config) -> Iterator[str]:
    """Yield a line for each method, preset and seed for which the study has no models to retrain."""
    retraining = config["retraining"]
    if not retraining["protocols"] or not config["study"]["datasets"]:
        return
    remedy = "remove it there, or set retraining.protocols: [] to retrain nothing"
    known = members.names("training/methods")
    methods = settings_of_datasets(config, "methods")
    for method in retraining["methods"]:
        mistakes = list(unknown_name("retraining.methods", method, known))
        yield from mistakes
        # Unknown methods have been reported already.
        if not mistakes and method not in methods and set(known).issuperset(methods):
            yield f"retraining.methods has {json.dumps(method)}, but the study's models have {methods}: {remedy}"
    for quantizer in retraining["quantizers"]:
        yield from unknown_name("retraining.quantizers", quantizer, config["quantizers"])
    trained = settings_of_datasets(config, "seeds")
    for seed in retraining["seeds"]:
        if seed not in trained:
            yield f"retraining.seeds has {seed}, but the study's models have the seeds {trained}: {remedy}"


def settings_of_datasets(config: Config, key: str) -> list[Any]:
    """Return the sorted methods or seeds of all data sets of the study."""
    return sorted({value for name in config["study"]["datasets"] for value in setting(config, name, key)})
