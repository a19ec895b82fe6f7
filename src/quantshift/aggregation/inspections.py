"""The records of inspections, and which of them belong to variants whose presets the models cannot take."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

from quantshift.core.model_id import ModelId
from quantshift.core.names import NOT_APPLICABLE
from quantshift.storage.records import read_record

NAME = "the inspection of a variant"

# The model and the name of a variant.
Variant = tuple[ModelId, str]


class Status(TypedDict):
    """The entries of an inspection that state whether the model can take the preset."""

    status: str
    reason: str


def variant_of(file: Path) -> Variant:
    """Return the variant that a file belongs to.

    Args:
        file: at ``…/{dataset}/{architecture}/{method}/{seed}/{variant}.{ending}``.

    >>> variant_of(Path("results/inspections/mnist/lenet5/qat/0/float16.json"))
    (ModelId(dataset='mnist', architecture='lenet5', method='qat', seed=0), 'float16')
    """
    return ModelId.of_file(file), file.stem


def not_applicable(inspections: Iterable[Path]) -> set[Variant]:
    """Return the variants whose presets the models cannot take; no table has measured values of these.

    Args:
        inspections: records of inspections.

    Raises:
        QuantshiftError: a file is missing or damaged.
    """
    return {variant_of(file) for file in inspections if read_record(file, Status, NAME)["status"] == NOT_APPLICABLE}
