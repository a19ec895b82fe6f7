"""The archives of a model's logits by variant and suite."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from quantshift.core.errors import QuantshiftError
from quantshift.core.names import FLOAT32
from quantshift.storage import archives
from quantshift.storage.files import remedy


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


def not_applicable(files: Mapping[str, Mapping[str, Path]]) -> set[str]:
    """Return the variants whose presets the model cannot take: none of their archives has an array.

    Args:
        files: archives by variant and suite, including float32's.

    Raises:
        QuantshiftError: a file is missing or damaged, or float32 is among these variants.
    """
    empty = {variant for variant, by_suite in files.items() if all(map(archives.is_empty, by_suite.values()))}
    if FLOAT32 in empty:
        file = next(iter(files[FLOAT32].values()))
        raise QuantshiftError(f"{file} has no logits of float32: {remedy(file)}")
    return empty
