"""Data in a CSV file of texts."""

from collections.abc import Sequence

import numpy as np

from quantshift.core.errors import QuantshiftError
from quantshift.core.kinds import TEXT
from quantshift.data.readers.expected import ModelInput, by_name, convert, expect_shape
from quantshift.data.readers.given import GivenInputs
from quantshift.data.readers.origins import Origins
from quantshift.data.readers.tables import Table
from quantshift.data.readers.text_options import TextOptions, roles
from quantshift.data.readers.tokens import Encoder, TokenRows
from quantshift.data.readers.truth import TruthOptions
from quantshift.storage.arrays import Rows


def read_texts(
    table: Table,
    inputs: Sequence[ModelInput] | None,
    truth: TruthOptions,
    options: TextOptions,
) -> GivenInputs:
    """Return the texts of a table as data (see `read.read`)."""
    texts = table.column(options.column)
    if isinstance(texts, np.ndarray):
        raise QuantshiftError(
            f"{table.where(options.column)} holds {texts.dtype}, expected texts: state another column "
            "(--column, or texts.column in the config)"
        )
    labels, groups = truth.read_table(table, ())
    return GivenInputs(
        TEXT,
        encode(texts, table.where(options.column), inputs, options),
        Origins(table.path.name, np.arange(table.rows), texts=texts),
        labels=labels,
        groups=groups,
    )


def encode(
    texts: Sequence[str], where: str, inputs: Sequence[ModelInput] | None, options: TextOptions
) -> dict[str, Rows]:
    """Return the inputs of a model for texts, such as shifted copies of a user's texts, as lazy rows by name.

    Args:
        texts: at least one text.
        where: their place in messages.
        inputs: the model's inputs, or None for `input_ids` and `attention_mask`.
        options: tokenizer and length.

    Raises:
        QuantshiftError: the tokenizer cannot be used, an input is not recognized, or a text has no tokens.
    """
    specs = by_name(inputs)
    parts = roles(list(specs), options)
    for spec in specs.values():
        expect_shape((options.length,), spec, f"the length {options.length} of texts")
    tokens = Encoder(options).encode(texts, where)
    rows: dict[str, Rows] = {}
    for name, role in parts.items():
        converted = convert(TokenRows(tokens, role), specs[name].dtype if name in specs else "int64", where)
        assert isinstance(converted, Rows)
        rows[name] = converted
    return rows
