"""Names in the config: those that must be known, and those that the user may choose."""

import re
from collections.abc import Iterable, Iterator

from quantshift import members
from quantshift.configuration.lines import shown

# Windows opens devices by these names, with any ending.
DEVICES = ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
# Snakemake refuses what ends in 20 equal parts (PeriodicWildcardError), since a rule might make its own input.
PERIODIC = re.compile(r"(.+)\1{19}\Z", re.DOTALL)


def one_of(key: str, name: str, known: Iterable[str]) -> Iterator[str]:
    """Yield a line when `name`, which stands at `key`, is not among the known names."""
    names = sorted(known)
    if name not in names:
        yield f"{key} = {shown(name)}: unknown; {members.hint(name, names)}"


def unusable(key: str, name: str) -> Iterator[str]:
    """Yield a line when a name of the user's own, which stands at `key`, cannot be that of a file."""
    if name in DEVICES:
        yield f"{key}: {name} is the name of a device on Windows, which no file can have; choose another name"
    if PERIODIC.search(name):
        yield f"{key}: the name ends in 20 equal parts, which Snakemake takes for an endless path; choose another name"
