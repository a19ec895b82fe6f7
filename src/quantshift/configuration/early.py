"""Config files and values of Snakemake's command line, checked before Snakemake reads them.

Snakemake reads them before the Snakefile, and shows its own source when a file is missing or damaged. A workflow's
profile (profiles/*/config.yaml) is the one place that is read earlier: its `__definitions__` call `check`.
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
from quantshift.errors import QuantshiftError

# As Snakemake has it.
NAME = re.compile(r"[a-zA-Z_][\w-]*\w\Z")


def check() -> None:
    """End the process with a line for each config file and value of its command line that is refused."""
    if mistakes := list(wrong(sys.argv[1:])):
        sys.exit("\n".join(mistakes))


def wrong(arguments: Sequence[str]) -> Iterator[str]:
    """Yield a line for each config file and value that is refused, of the arguments of Snakemake."""
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
    """Yield a line for each ``key=value`` of `--config` that Snakemake fails on or reads in silence.

    >>> list(wrong_entries(["device=cpu"]))
    []
    >>> list(wrong_entries(["study.note=x"]))[0][:44]
    '--config "study.note=x": expected key=value '
    """
    seen = set()
    for entry in entries:
        name, equals, value = entry.partition("=")
        if not equals or not NAME.match(name):
            yield f"{OPTION} {shown(entry)}: expected key=value with a key of the first level, such as device=cpu"
        elif name in seen:
            yield f"{OPTION} {shown(entry)}: {name} stands there twice; keep one"
        else:
            yield from wrong_value(entry, value)
        seen.add(name)


def wrong_value(entry: str, value: str) -> Iterator[str]:
    """Yield a line when the value of an entry is refused; all within it are texts, as Snakemake reads it."""
    try:
        yaml_text.load(value, plain=str)
    except yaml_text.UnreadableError as error:
        # What is not YAML is a text.
        if not error.problem.startswith("not YAML"):
            yield f"{OPTION} {shown(entry)}: {error.problem}"
