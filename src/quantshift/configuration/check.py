"""Checks of the config before any job: each mistake is one line with the key, its value and what was expected."""

import os
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from quantshift.configuration.architectures import wrong_architectures
from quantshift.configuration.files import incomplete
from quantshift.configuration.fit import incompatible
from quantshift.configuration.given import absent_files, wrong_given
from quantshift.configuration.model.config import Configuration
from quantshift.configuration.names import unknown_name
from quantshift.configuration.origins import absent_directory, wrong_origins
from quantshift.configuration.own_members import wrong_members
from quantshift.configuration.quantizers import wrong_quantizers
from quantshift.configuration.retraining import wrong_retraining
from quantshift.configuration.sources import KeySources, Source
from quantshift.configuration.suites import unknown_shifts
from quantshift.configuration.training import missing_extra, wrong_training
from quantshift.configuration.unwritable import unwritable
from quantshift.configuration.violations import violations
from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.study import Config

# The config of another program would otherwise give a line for each of its keys.
MAX_LINES = 20


def check(config: Config, *, fetching: bool, sources: Sequence[Source] = ()) -> None:
    """Check a merged config against the model of its keys, then against the members of this installation.

    Args:
        config: the merged config.
        fetching: whether this machine fetches files; the nodes of a cluster do not.
        sources: the parts that the config was merged from; each line begins with the name of its part.

    Raises:
        QuantshiftError: the config is wrong; the message has one line for each of the first `MAX_LINES` mistakes.
    """
    mistakes = (
        first_mistakes(unwritable(config, ()))
        or first_mistakes(violations(config, Configuration, ()))
        or first_mistakes(wrong_members(config))
        or first_mistakes(incomplete())
        or first_mistakes(unknown_names(config))
        or first_mistakes(incompatible(config))
        or (
            first_mistakes(chain(missing_extra(config), absent_directory(config), absent_files(config)))
            if fetching
            else []
        )
    )
    _raise(mistakes, sources)


def check_files(config: Config, sources: Sequence[Source] = ()) -> None:
    """Check that the files of a user's own models and data exist; `check` does so too where files are fetched.

    Args:
        config: a merged config that `check` accepts.
        sources: as for `check`.

    Raises:
        QuantshiftError: files are missing; the message has one line for each.
    """
    _raise(first_mistakes(absent_files(config)), sources)


def _raise(mistakes: Sequence[str], sources: Sequence[Source]) -> None:
    """Raise an error for mistakes, if there are any; each line begins with the name of its source."""
    if mistakes:
        keys = KeySources(sources)
        lines = [
            line if line.startswith(("src/", os.sep)) else f"{keys.source_of(line)}: {line}"
            for line in mistakes[:MAX_LINES]
        ]
        if len(mistakes) > MAX_LINES:
            lines.append(f"{keys.source_of('')}: there are more mistakes than these {MAX_LINES}")
        raise QuantshiftError("\n".join(lines))


def first_mistakes(mistakes: Iterator[str]) -> list[str]:
    """Return the first mistakes without duplicates, one more than `MAX_LINES`."""
    return list(dict.fromkeys(islice(mistakes, 2 * MAX_LINES)))[: MAX_LINES + 1]


def unknown_names(config: Config) -> Iterator[str]:
    """Yield a line for each name without a member, and for each option that its member does not have."""
    study = config["study"]
    for name in config["artifacts"]:
        yield from unknown_name(f"artifacts.{name}", name, members.names("fetching/artifacts"))
    yield from wrong_origins(config)
    for name, dataset in config["datasets"].items():
        yield from unknown_name(f"datasets.{name}", name, members.names("datasets"))
        for architecture in dataset["architectures"]:
            yield from unknown_name(f"datasets.{name}.architectures", architecture, members.names("architectures"))
        for method in dataset.get("methods") or []:
            yield from unknown_name(f"datasets.{name}.methods", method, members.names("training/methods"))
        for suite in dataset["suites"]:
            yield from unknown_name(f"datasets.{name}.suites", suite, config["suites"])
    for name, suite in config["suites"].items():
        yield from unknown_shifts(name, suite)
    for dataset in study["datasets"]:
        yield from unknown_name("study.datasets", dataset, config["datasets"])
    for method in study["methods"]:
        yield from unknown_name("study.methods", method, members.names("training/methods"))
    for quantizer in study["quantizers"]:
        yield from unknown_name("study.quantizers", quantizer, config["quantizers"])
    yield from wrong_given(config)
    yield from wrong_architectures(config)
    yield from wrong_training(config)
    yield from wrong_quantizers(config)
    yield from wrong_retraining(config)
