"""Archives of a model's per-input disagreements before and after its retraining.

The archive holds the source ids of the counted inputs, int64 [n], under ``sources`` and, for each quantized variant,
bool [n] under ``{variant}/before`` and ``{variant}/after``; ``usable`` is a single bool for the whole model.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from quantshift.core.model_id import ModelId
from quantshift.storage import archives
from quantshift.storage.files import damaged

Path = str | os.PathLike[str]
Mask = NDArray[np.bool_]


class Cell(NamedTuple):
    """The names of one retrained model and variant; `method` is the training method without the protocol."""

    dataset: str
    architecture: str
    method: str
    seed: int
    variant: str
    protocol: str

    @property
    def model(self) -> ModelId:
        """The id of the model before its retraining."""
        return ModelId(*self[:4])


@dataclass(frozen=True)
class BeforeAndAfter:
    """Disagreements with float32 on the same inputs.

    Attributes:
        sources: int64 [n], the source of each input.
        before: bool [n], for the trained model.
        after: bool [n], for the retrained model.
        usable: whether the retraining left the model intact (see `analysis.ruined`); findings ignore other models.
    """

    sources: NDArray[np.int64]
    before: Mask
    after: Mask
    usable: bool = True


def write(
    path: Path, sources: NDArray[np.int64], masks: Mapping[str, tuple[Mask, Mask]], *, usable: bool = True
) -> None:
    """Write the archive of one retrained model atomically.

    Args:
        path: the file.
        sources: int64 [n].
        masks: by variant, bool [n] before and bool [n] after.
        usable: whether the retraining left the model intact.
    """
    arrays = {
        f"{variant}/{when}": mask
        for variant, pair in masks.items()
        for when, mask in zip(("before", "after"), pair, strict=True)
    }
    shared = {"sources": np.asarray(sources, dtype=np.int64), "usable": np.array(usable)}
    archives.write(path, shared | arrays)


def read(path: Path) -> dict[str, BeforeAndAfter]:
    """Return an archive's disagreements by variant.

    Raises:
        QuantshiftError: the file is missing or damaged.
    """
    with archives.opened(path) as archive:
        sources = archive.read("sources")
        variants = [key.removesuffix("/before") for key in archive.keys if key.endswith("/before")]
        usable = bool(archive.read("usable"))
        return {
            variant: BeforeAndAfter(
                sources,
                _mask(archive, f"{variant}/before", len(sources)),
                _mask(archive, f"{variant}/after", len(sources)),
                usable,
            )
            for variant in variants
        }


def _mask(archive: archives.Archive, key: str, count: int) -> Mask:
    mask = archive.read(key)
    if mask.dtype != np.bool_ or mask.shape != (count,):
        reason = ValueError(f"{key} holds {mask.dtype} {mask.shape}, of {count} sources")
        raise damaged(archive.path, "an archive of disagreements before and after a retraining", reason)
    return mask
