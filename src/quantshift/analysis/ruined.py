"""Decide whether a retraining has ruined a model, whose disagreements then show nothing about a repair."""

# Retraining is meant to mend the few per cent of answers that quantization changes; 8-bit quantization itself costs at
# most about two points of accuracy (Krishnamoorthi, arXiv 1806.08342). What costs the float model more is no repair.
TOLERATED_LOSS = 0.02


def ruined(before: float, after: float) -> bool:
    """Return whether float32's accuracy (0..1) on the validation data, which no retraining sees, fell by too much.

    >>> ruined(0.5, 0.48), ruined(0.5, 0.47), ruined(0.5, 0.6)
    (False, True, False)
    """
    # 0.47 - 0.45 is a little more than 0.02 in binary.
    return round(before - after, 9) > TOLERATED_LOSS
