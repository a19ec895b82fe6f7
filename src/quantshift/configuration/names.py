"""Names in the config that must be known."""

import json
from collections.abc import Iterable, Iterator

from quantshift import members


def one_of(key: str, name: str, known: Iterable[str]) -> Iterator[str]:
    """Yield a line when `name`, which stands at `key`, is not among the known names."""
    names = sorted(known)
    if name not in names:
        yield f"{key} = {json.dumps(name)}: unknown; {members.hint(name, names)}"
