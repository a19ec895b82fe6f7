"""Flips: inputs on which exactly one of float32 and the variant is right (arXiv 2011.09161, section 3)."""

import numpy as np
from numpy.typing import NDArray

from quantshift.metrics.accuracy import correct


def flips(
    reference: NDArray[np.floating], variant: NDArray[np.floating], labels: NDArray[np.integer]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return two masks [n]: negative flips (float32 right, variant wrong) and positive flips (the reverse).

    An input on which both are wrong, in different ways, is a disagreement and no flip.

    Args:
        reference: logits [n, classes] of float32.
        variant: logits [n, classes] of the quantized model, for the same inputs in the same order.
        labels: [n], classes from 0.

    >>> float32 = np.array([[2.0, 1.0, 0.0], [2.0, 1.0, 0.0], [2.0, 1.0, 0.0]])
    >>> quantized = np.array([[1.0, 2.0, 0.0], [1.0, 2.0, 0.0], [1.0, 2.0, 0.0]])
    >>> negative, positive = flips(float32, quantized, np.array([0, 1, 2]))
    >>> negative.tolist(), positive.tolist()
    ([True, False, False], [False, True, False])
    """
    reference_right, variant_right = correct(reference, labels), correct(variant, labels)
    return reference_right & ~variant_right, variant_right & ~reference_right
