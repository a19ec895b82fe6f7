"""Checks of the config, before any job: a mistake is told in one line with its key, its value and what was meant."""

import os
from collections.abc import Iterator, Sequence
from itertools import islice

from quantshift.configuration.architectures import wrong_architectures
from quantshift.configuration.files import incomplete
from quantshift.configuration.fit import unfit
from quantshift.configuration.model.config import Configuration
from quantshift.configuration.names import one_of
from quantshift.configuration.origins import absent_directory, wrong_origins
from quantshift.configuration.own_members import wrong_members
from quantshift.configuration.quantizers import wrong_quantizers
from quantshift.configuration.retraining import wrong_retraining
from quantshift.configuration.sources import Places, Source
from quantshift.configuration.suites import unknown_shifts
from quantshift.configuration.training import wrong_training
from quantshift.configuration.unwritable import unwritable
from quantshift.configuration.violations import violations
from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.study import Config

# The config of another program would give a line for each of its keys.
MOST_LINES = 20


def check(config: Config, *, fetching: bool, sources: Sequence[Source] = ()) -> None:
    """Check a merged config against the model of its keys, and then against what this version of quantshift knows.

    Args:
        config: the merged config.
        fetching: whether files are fetched where this is run, which is not so on the nodes of a cluster.
        sources: the parts that the config was merged from; each line begins with the name of its part.

    Raises:
        QuantshiftError: the config is wrong; one line for each mistake, the first `MOST_LINES` of them.
    """
    mistakes = (
        told(unwritable(config, ()))
        or told(violations(config, Configuration, ()))
        or told(wrong_members(config))
        or told(incomplete())
        or told(unknown(config))
        or told(unfit(config))
        or (told(absent_directory(config)) if fetching else [])
    )
    if mistakes:
        places = Places(sources)
        lines = [
            line if line.startswith(("src/", os.sep)) else f"{places.name(line)}: {line}"
            for line in mistakes[:MOST_LINES]
        ]
        if len(mistakes) > MOST_LINES:
            lines.append(f"{places.name('')}: there are more mistakes than these {MOST_LINES}")
        raise QuantshiftError("\n".join(lines))


def told(mistakes: Iterator[str]) -> list[str]:
    """Return the first mistakes, one more than are shown, without duplicates."""
    return list(dict.fromkeys(islice(mistakes, 2 * MOST_LINES)))[: MOST_LINES + 1]


def unknown(config: Config) -> Iterator[str]:
    """Yield a line for each name that has no member, and for each option that its member does not have."""
    study = config["study"]
    for name in config["artifacts"]:
        yield from one_of(f"artifacts.{name}", name, members.names("fetching/artifacts"))
    yield from wrong_origins(config)
    for name, dataset in config["datasets"].items():
        yield from one_of(f"datasets.{name}", name, members.names("datasets"))
        for architecture in dataset["architectures"]:
            yield from one_of(f"datasets.{name}.architectures", architecture, members.names("architectures"))
        for method in dataset.get("methods") or []:
            yield from one_of(f"datasets.{name}.methods", method, members.names("training/methods"))
        for suite in dataset["suites"]:
            yield from one_of(f"datasets.{name}.suites", suite, config["suites"])
    for name, suite in config["suites"].items():
        yield from unknown_shifts(name, suite)
    for dataset in study["datasets"]:
        yield from one_of("study.datasets", dataset, config["datasets"])
    for method in study["methods"]:
        yield from one_of("study.methods", method, members.names("training/methods"))
    for quantizer in study["quantizers"]:
        yield from one_of("study.quantizers", quantizer, config["quantizers"])
    yield from wrong_architectures(config)
    yield from wrong_training(config)
    yield from wrong_quantizers(config)
    yield from wrong_retraining(config)
