"""How a user's own data become the inputs of models."""

from typing import TypedDict

from quantshift.core.signature import Input

# The name of the record in messages.
FEEDING = "the record of how data become inputs"


class Feeding(TypedDict):
    """How stored data become the inputs of models (`feeding.json`).

    Attributes:
        modality: `image`, `text` or `tensor`.
        inputs: the inputs, with the types in which they are stored and their preprocessing.
        classes: names of the classes in their order, or None if they have none.
    """

    modality: str
    inputs: list[Input]
    classes: list[str] | None
