"""The archives of a model's logits by variant and suite."""

from collections.abc import Iterable
from pathlib import Path


def by_variant(files: Iterable[Path]) -> dict[str, dict[str, Path]]:
    """Return archives of logits by variant and suite, which their paths name: ``…/{variant}/{suite}.npz``.

    >>> archives = by_variant([Path("float32/clean.npz"), Path("float32/digits.npz"), Path("float16/clean.npz")])
    >>> {variant: sorted(suites) for variant, suites in archives.items()}
    {'float32': ['clean', 'digits'], 'float16': ['clean']}
    """
    archives: dict[str, dict[str, Path]] = {}
    for file in files:
        archives.setdefault(file.parent.name, {})[file.stem] = file
    return archives
