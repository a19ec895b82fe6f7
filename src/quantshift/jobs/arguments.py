"""The command lines of the jobs that a study has many of (standard library only).

Snakemake's `script:` has Snakemake imported in each job (0.15 s of CPU of 0.35 until a short job's work begins), so
rules with many jobs start their scripts by `shell:`, with all that they need among the arguments: then the fork server
can start them.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Read = Callable[[str], Any]
Value = TypeVar("Value")


def arguments(about: str | None, *, given: Sequence[str] | None = None, **options: Read | list[Read]) -> Namespace:
    """Return the arguments of a job, all required: `--name value`, or `--name [value ...]` where a list is read.

    Args:
        about: what the job does.
        given: the arguments; those of the process when left out.
        options: what reads the value of each, in a list of one where there may be any number.

    >>> found = arguments("Add.", given=["--summands", "1", "2", "--text-of", "x"], summands=[int], text_of=str)
    >>> found.summands, found.text_of
    ([1, 2], 'x')
    """
    parser = ArgumentParser(description=about, allow_abbrev=False)
    for name, read in options.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(read, list):
            parser.add_argument(option, type=read[0], nargs="*", required=True)
        else:
            parser.add_argument(option, type=read, required=True)
    return parser.parse_args(given)


def one_or_none(values: Sequence[Value]) -> Value | None:
    """Return the value of an option that may have none.

    >>> one_or_none(["a"]), one_or_none([])
    ('a', None)
    """
    return next(iter(values), None)
