"""Splits of a data set of texts on the disk: the work of the rule `text_dataset`.

Models take the numbers of words, and shifts need the texts: both are kept, the numbers as `inputs.npy` and the texts,
without what stems from web pages, as `texts.json` (a list in the same order).
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from quantshift.core import members
from quantshift.data import splits
from quantshift.data.text import vocabulary
from quantshift.data.text.words import plain
from quantshift.seeds import generator
from quantshift.storage.files import write_json

VOCABULARY = "vocabulary.json"
TEXTS = "texts.json"


def dataset(*, name: str, sizes: dict[str, Any], source: Path, folder: Path) -> None:
    """Read and split a data set of texts, and write it with the vocabulary of its training split.

    Args:
        name: name of the data set.
        sizes: validation, calibration, train_limit and test_limit (see `splits.split`).
        source: the fetched folder of its artifact.
        folder: the data set's folder to write: ``vocabulary.json``, and for each split the arrays and ``texts.json``.

    Raises:
        QuantshiftError: a file is missing or damaged, or more is asked for than there is.
    """
    about = members.constants(f"datasets/{name}")
    raw = splits.read(name, source)
    parts = splits.split(raw, dataset=name, **sizes, generator=generator("splits", name))
    texts = {split: [plain(text) for text in part.inputs] for split, part in parts.items()}
    known = vocabulary.build(texts["train"], about["TOKENS"])
    (length,) = about["SHAPE"]
    splits.write(
        {split: replace(part, inputs=known.encode(texts[split], length)) for split, part in parts.items()}, folder
    )
    for split, lines in texts.items():
        write_json(folder / split / TEXTS, lines)
    vocabulary.write(known, folder / VOCABULARY)
