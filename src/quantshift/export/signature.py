"""The signature of an exported model."""

from collections.abc import Sequence

from quantshift.core.signature import LOGITS, Feeding, Output, Signature

# Names of the input and the output of exported models.
INPUT = "input"
OUTPUT = "logits"


def signature_of(feeding: Feeding, shape: Sequence[int], classes: int) -> Signature:
    """Return the signature of an exported model.

    Args:
        feeding: how stored inputs become model inputs.
        shape: shape of one input.
        classes: number of classes.
    """
    output = Output(name=OUTPUT, kind=LOGITS, classes=classes)
    return Signature(inputs=[feeding.input(INPUT, shape)], output=output, batch=None)
