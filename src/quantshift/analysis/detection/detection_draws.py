"""Archives of each model and variant's AUROC by metric and its resamples, for the third finding.

The archive holds float64 [resamples] under ``{metric}/draws``, float64 under ``{metric}/auroc``, and int64 under
``inputs`` and ``events``. All models of a data set use the same resamples of the inputs, so differences and means over
models preserve their correlation. An archive without arrays is that of a variant whose preset the model cannot take.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quantshift.analysis.detection.ranking import Floats
from quantshift.storage import archives
from quantshift.storage.files import damaged

Path = str | os.PathLike[str]


@dataclass(frozen=True)
class Draws:
    """AUROCs over all test sets of one model and variant.

    Attributes:
        auroc: by metric; NaN if there are too few disagreements.
        draws: by metric, [resamples]; NaN if a resample has no disagreement.
        inputs: number of distinct inputs (by source).
        events: number of sources that disagree.
    """

    auroc: Mapping[str, float]
    draws: Mapping[str, Floats]
    inputs: int
    events: int


def write(path: Path, draws: Draws | None) -> None:
    """Write the archive atomically; None gives an archive without arrays."""
    if draws is None:
        archives.write(path, {})
        return
    arrays: dict[str, NDArray[Any]] = {
        "inputs": np.asarray(draws.inputs, dtype=np.int64),
        "events": np.asarray(draws.events, dtype=np.int64),
    }
    for metric, auroc in sorted(draws.auroc.items()):
        arrays[f"{metric}/auroc"] = np.asarray(auroc, dtype=np.float64)
        arrays[f"{metric}/draws"] = draws.draws[metric]
    archives.write(path, arrays)


def read(path: Path) -> Draws:
    """Read an archive.

    Raises:
        QuantshiftError: the file is missing or damaged.
    """
    with archives.opened(path) as archive:
        metrics = [key.removesuffix("/auroc") for key in archive.keys if key.endswith("/auroc")]
        try:
            return Draws(
                {metric: float(archive.read(f"{metric}/auroc")) for metric in metrics},
                {metric: archive.read(f"{metric}/draws") for metric in metrics},
                int(archive.read("inputs")),
                int(archive.read("events")),
            )
        except (TypeError, ValueError) as error:  # an array where a number should be
            raise damaged(path, "an archive of detectors' resamples", error) from error
