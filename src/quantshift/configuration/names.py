"""Checks of names in the config: references to known names, and names that the user chooses."""

import re
from collections.abc import Iterable, Iterator

from quantshift.configuration.lines import as_json
from quantshift.core import members

# On Windows these names open devices, whatever their file extension.
DEVICES = ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
# Snakemake rejects paths that end in 20 equal parts (PeriodicWildcardError) to detect rules that feed themselves.
PERIODIC = re.compile(r"(.+)\1{19}\Z", re.DOTALL)


def unknown_name(key: str, name: str, known: Iterable[str]) -> Iterator[str]:
    """Yield a line if `name`, the value at `key`, is not among the known names."""
    names = sorted(known)
    if name not in names:
        yield f"{key} = {as_json(name)}: unknown; {members.hint(name, names)}"


def unusable_name(key: str, name: str) -> Iterator[str]:
    """Yield a line if the name that the user chose at `key` cannot be a file name."""
    if name in DEVICES:
        yield f"{key}: {name} is a device name on Windows, so no file can have it; choose another name"
    if PERIODIC.search(name):
        yield f"{key}: the name ends in 20 equal parts, which the workflow mistakes for an endless path; choose another"
