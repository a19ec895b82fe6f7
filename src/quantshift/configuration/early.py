"""Check the config files and values of Snakemake's command line before Snakemake reads them.

Snakemake reads them before the Snakefile, and answers a missing or damaged file with a traceback. Only the workflow's
profile (profiles/*/config.yaml) is read earlier: its `__definitions__` call `check`.
"""

import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path

from quantshift.configuration import yaml_text
from quantshift.configuration.lines import shown
from quantshift.configuration.reading import read
from quantshift.configuration.sources import OPTION
from quantshift.core.errors import QuantshiftError

# Snakemake's own pattern.
NAME = re.compile(r"[a-zA-Z_][\w-]*\w\Z")


def check() -> None:
    """End the process with a line for each refused config file or value of its command line."""
    if mistakes := list(wrong(sys.argv[1:])):
        sys.exit("\n".join(mistakes))


def wrong(arguments: Sequence[str]) -> Iterator[str]:
    """Yield a line for each refused config file or value among the arguments of Snakemake."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--configfile", "--configfiles", nargs="*", type=Path, default=[])
    parser.add_argument("--config", "-C", nargs="*", default=[])
    given, _ = parser.parse_known_args(arguments)
    for file in given.configfile:
        try:
            read(file, str(file))
        except QuantshiftError as error:
            yield str(error)
    yield from wrong_entries(given.config)


def wrong_entries(entries: Sequence[str]) -> Iterator[str]:
    """Yield a line for each ``key=value`` of `--config` that Snakemake fails on or silently misreads.

    >>> list(wrong_entries(["device=cpu"]))
    []
    >>> list(wrong_entries(["study.note=x"]))[0][:44]
    '--config "study.note=x": expected key=value '
    """
    seen = set()
    for entry in entries:
        name, equals, value = entry.partition("=")
        if not equals or not NAME.match(name):
            yield f"{OPTION} {shown(entry)}: expected key=value with a top-level key, such as device=cpu"
        elif name in seen:
            yield f"{OPTION} {shown(entry)}: {name} occurs twice; keep one"
        else:
            yield from wrong_value(entry, value)
        seen.add(name)


def wrong_value(entry: str, value: str) -> Iterator[str]:
    """Yield a line when the value of an entry is refused; plain scalars within it are texts, as in Snakemake."""
    try:
        yaml_text.load(value, plain=str)
    except yaml_text.UnreadableError as error:
        # What is not YAML is a string.
        if not error.problem.startswith("not YAML"):
            yield f"{OPTION} {shown(entry)}: {error.problem}"
