"""What the page states about single variants: what was assumed about a user's file, or searched and chosen."""

from collections.abc import Mapping
from typing import Any, TypedDict

import pandas as pd

MODEL = ["dataset", "architecture", "method"]


class Note(TypedDict):
    """A note on a variant: of a model (data set, architecture and method), or of all models that have the variant."""

    variant: str
    text: str
    model: Mapping[str, Any] | None


def notes(variants: pd.DataFrame) -> list[Note]:
    """Return the notes on variants, in the order of the table; a note that all models of a variant share is there once.

    Args:
        variants: the table `variants`; of several seeds with notes, the first one counts.
    """
    columns = [*MODEL, "variant"]
    models = variants.drop_duplicates(columns).groupby("variant").size()
    noted = variants[variants["notes"] != ""].drop_duplicates(columns)
    shared = noted.groupby(["variant", "notes"]).size()
    result: list[Note] = []
    for row in noted.to_dict("records"):
        variant, text = str(row["variant"]), str(row["notes"])
        everywhere = 1 < int(shared[variant, text]) == int(models[variant])
        note = Note(variant=variant, text=text, model=None if everywhere else {str(key): row[key] for key in MODEL})
        if note not in result:
            result.append(note)
    return result
