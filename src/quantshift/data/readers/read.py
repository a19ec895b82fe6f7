"""Read a user's data: arrays, a folder of images, texts, or a table of numbers."""

from collections.abc import Collection, Sequence
from pathlib import Path

from quantshift.core.errors import QuantshiftError
from quantshift.data.readers.expected import ModelInput
from quantshift.data.readers.from_arrays import read_archive, read_array
from quantshift.data.readers.from_images import read_folder
from quantshift.data.readers.from_table import read_features
from quantshift.data.readers.from_texts import read_texts
from quantshift.data.readers.given import GivenInputs
from quantshift.data.readers.image_options import ImageOptions
from quantshift.data.readers.side_files import TABLES
from quantshift.data.readers.table_options import TableOptions
from quantshift.data.readers.tables import read_table
from quantshift.data.readers.text_options import TextOptions
from quantshift.data.readers.truth import TruthOptions

# The column of texts, by which a table without options is recognized.
TEXT_COLUMN = "text"


def read(
    source: Path,
    inputs: Sequence[ModelInput] | None = None,
    *,
    truth: TruthOptions = TruthOptions(),  # noqa: B008 - it is immutable
    images: ImageOptions | None = None,
    by_class: bool | None = None,
    texts: TextOptions | None = None,
    table: TableOptions | None = None,
    ignored: Collection[str] = (),
) -> GivenInputs:
    """Read a user's data. Large data stay on the disk: arrays are mapped, and images are decoded on access.

    Args:
        source: an `.npz` or `.npy` file, a folder of images, or a table (`.csv`, `.tsv`, `.parquet`) of texts or
            numbers.
        inputs: the model's inputs, by which names, types and shapes are checked; None if they are not known.
        truth: where labels and groups are.
        images: how images, or arrays of bytes, become the model's inputs.
        by_class: whether the folders in a folder of images are classes; None if no image is outside of them.
        texts: how texts become the model's inputs; a table is then read as texts.
        table: how a table becomes the model's inputs; a table is then read as numbers.
        ignored: arrays of an `.npz` file that are not read.

    Raises:
        QuantshiftError: the data are missing, damaged, of an unknown format, or do not fit the model.
    """
    names = [spec.name for spec in inputs or ()]
    if source.is_dir():
        return read_folder(source, inputs, truth, images, by_class)
    match source.suffix.lower():
        case ".npz":
            return read_archive(source, inputs, truth, images, ignored)
        case ".npy":
            return read_array(source, inputs, truth, images)
        case suffix if suffix in TABLES:
            content = read_table(source)
            if texts is not None:
                return read_texts(content, inputs, truth, texts)
            if table is None and TEXT_COLUMN in content.columns and TEXT_COLUMN not in names:
                raise QuantshiftError(
                    f"{source} has a column {TEXT_COLUMN!r}: state the tokenizer.json of the model for texts "
                    "(--tokenizer and --length, or texts in the config), or the columns of its features (--columns, or "
                    "table.columns in the config)"
                )
            return read_features(content, inputs, truth, table or TableOptions())
        case _:
            fault = "has an unknown format" if source.exists() else "is missing"
            raise QuantshiftError(f"{source} {fault}: expected .npz, .npy, .csv, .tsv, .parquet or a folder of images")
