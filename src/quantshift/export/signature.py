"""What an exported model takes and answers."""

from typing import Any

from numpy.typing import NDArray

from quantshift.core.signature import LOGITS, Output, Signature
from quantshift.data.preprocessing import input_of

# The names that exported models give their input and their output.
INPUT = "input"
OUTPUT = "logits"


def signature_of(stored: NDArray[Any], classes: int) -> Signature:
    """Return the signature of an exported model.

    Args:
        stored: inputs as they are stored, [n, ...].
        classes: number of classes.
    """
    output = Output(name=OUTPUT, kind=LOGITS, classes=classes)
    return Signature(inputs=[input_of(INPUT, stored)], output=output, batch=None)
