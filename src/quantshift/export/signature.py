"""What an exported model takes and answers."""

from collections.abc import Sequence

from quantshift.core.signature import LOGITS, Feeding, Output, Signature

# The names that exported models give their input and their output.
INPUT = "input"
OUTPUT = "logits"


def signature_of(feeding: Feeding, shape: Sequence[int], classes: int) -> Signature:
    """Return the signature of an exported model.

    Args:
        feeding: how stored inputs become what the model takes.
        shape: of one input.
        classes: number of classes.
    """
    output = Output(name=OUTPUT, kind=LOGITS, classes=classes)
    return Signature(inputs=[feeding.input(INPUT, shape)], output=output, batch=None)
