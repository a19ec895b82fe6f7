"""What a user may state about a model: which output holds the answers, and what they are."""

from typing import NamedTuple


class Choices(NamedTuple):
    """A user's statements; None where the file decides.

    Attributes:
        output: name of the output with the answers (`--output`).
        answers: kind of the answers (`--answers`, see `quantshift.core.signature.OUTPUTS`).
        threshold: threshold of a score (`--threshold`).
    """

    output: str | None = None
    answers: str | None = None
    threshold: float | None = None


UNSTATED = Choices()
