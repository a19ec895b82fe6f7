"""Corruptions of texts, which become tokens afterwards."""

from quantshift.core.errors import QuantshiftError
from quantshift.core.kinds import TEXT
from quantshift.data.corruptions.selection import Change, Corruption, Selection, TestData
from quantshift.data.readers.expected import ModelInput
from quantshift.data.readers.from_texts import encode
from quantshift.data.stored import Stored
from quantshift.data.stored_inputs import Inputs
from quantshift.storage.arrays import Streamed

NOUN = "texts"


def fits(data: TestData, inputs: Inputs) -> bool:
    """Return whether the inputs are the tokens of texts."""
    return data.feeding["modality"] == TEXT


def corrupted(selection: Selection, change: Change, corruption: Corruption) -> Stored:
    """Return corrupted texts as tokens.

    Raises:
        QuantshiftError: the data state no tokenizer, or a corrupted text is too long.
    """
    data = selection.data
    if data.texts is None:
        raise QuantshiftError(
            f"the data {data.name!r} have no tokenizer: state it (--tokenizer and --length, or texts in the config)"
        )
    changed = change(list(selection.shown))
    specs = [ModelInput(spec["name"], spec["dtype"], tuple(spec["shape"])) for spec in data.feeding["inputs"]]
    tokens = encode(changed, f"the corrupted texts of the data {data.name!r}", specs, data.texts)
    return Stored({name: Streamed.of(rows) for name, rows in tokens.items()}, changed)
