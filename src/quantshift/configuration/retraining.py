"""What is retrained."""

import json
from collections.abc import Iterator
from typing import Any

from quantshift.configuration.names import one_of
from quantshift.core import members
from quantshift.core.settings import setting
from quantshift.study import Config


def wrong_retraining(config: Config) -> Iterator[str]:
    """Yield a line for each method, preset and seed of which there are no models to retrain."""
    retraining = config["retraining"]
    if not retraining["protocols"]:
        return
    remedy = "leave it out there, or set retraining.protocols: [] to retrain nothing"
    known = members.names("training/methods")
    methods = of_datasets(config, "methods")
    for method in retraining["methods"]:
        mistakes = list(one_of("retraining.methods", method, known))
        yield from mistakes
        # Names of methods that are not known have their lines already.
        if not mistakes and method not in methods and set(known).issuperset(methods):
            yield f"retraining.methods has {json.dumps(method)}, and the study's models have {methods}: {remedy}"
    for quantizer in retraining["quantizers"]:
        yield from one_of("retraining.quantizers", quantizer, config["quantizers"])
    trained = of_datasets(config, "seeds")
    for seed in retraining["seeds"]:
        if seed not in trained:
            yield f"retraining.seeds has {seed}, and the study's models have the seeds {trained}: {remedy}"


def of_datasets(config: Config, key: str) -> list[Any]:
    """Return the methods or the seeds of all data sets of the study, each data set's own or the study's, sorted."""
    return sorted({value for name in config["study"]["datasets"] for value in setting(config, name, key)})
