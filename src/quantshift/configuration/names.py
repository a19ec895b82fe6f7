"""Names in the config: those that must be known, and those that the user may choose."""

import re
from collections.abc import Iterable, Iterator

from quantshift.configuration.lines import shown
from quantshift.core import members

# On Windows these names open devices, whatever their ending.
DEVICES = ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
# Snakemake refuses paths that end in 20 equal parts (PeriodicWildcardError), because a rule might make its own input.
PERIODIC = re.compile(r"(.+)\1{19}\Z", re.DOTALL)


def one_of(key: str, name: str, known: Iterable[str]) -> Iterator[str]:
    """Yield a line when `name`, which stands at `key`, is not among the known names."""
    names = sorted(known)
    if name not in names:
        yield f"{key} = {shown(name)}: unknown; {members.hint(name, names)}"


def unusable(key: str, name: str) -> Iterator[str]:
    """Yield a line when a name that the user chose at `key` cannot be a file name."""
    if name in DEVICES:
        yield f"{key}: {name} is a device name on Windows, so no file can have it; choose another name"
    if PERIODIC.search(name):
        yield f"{key}: the name ends in 20 equal parts, which Snakemake mistakes for an endless path; choose another"
