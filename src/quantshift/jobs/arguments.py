"""Command lines of the rules with many jobs (standard library only).

Snakemake's `script:` imports Snakemake in each job, which takes 0.15 of the 0.35 CPU seconds before a short job's work
begins. Rules with many jobs therefore start their scripts by `shell:` and pass everything as arguments, so that the
fork server can start them.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Read = Callable[[str], Any]
Value = TypeVar("Value")


def parse_arguments(
    description: str | None, *, words: Sequence[str] | None = None, **options: Read | list[Read]
) -> Namespace:
    """Parse the arguments of a job. All are required: `--name value`, or `--name [value ...]` for a list.

    Args:
        description: what the job does, for `--help`.
        words: the arguments; by default those of the process.
        options: function that parses the value of each option; `[function]` for an option with any number of values.

    >>> parsed = parse_arguments("Add.", words=["--summands", "1", "2", "--text-of", "x"], summands=[int], text_of=str)
    >>> parsed.summands, parsed.text_of
    ([1, 2], 'x')
    """
    parser = ArgumentParser(description=description, allow_abbrev=False)
    for name, read in options.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(read, list):
            parser.add_argument(option, type=read[0], nargs="*", required=True)
        else:
            parser.add_argument(option, type=read, required=True)
    return parser.parse_args(words)


def one_or_none(values: Sequence[Value]) -> Value | None:
    """Return the first value of an option that has at most one, or None.

    >>> one_or_none(["a"]), one_or_none([])
    ('a', None)
    """
    return next(iter(values), None)
