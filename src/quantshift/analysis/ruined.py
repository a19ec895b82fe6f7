"""Decide whether retraining ruined a model, in which case its disagreements say nothing about a repair."""

# Retraining should repair the few per cent of answers that quantization changes. 8-bit quantization itself costs at
# most about two points of accuracy (Krishnamoorthi, arXiv 1806.08342), so a repair must not cost the float model more.
TOLERATED_LOSS = 0.02


def ruined(before: float, after: float) -> bool:
    """Return whether float32's accuracy (0..1) on the validation data, which retraining never uses, fell too much.

    >>> ruined(0.5, 0.48), ruined(0.5, 0.47), ruined(0.5, 0.6)
    (False, True, False)
    """
    # In binary, 0.47 - 0.45 is slightly more than 0.02.
    return round(before - after, 9) > TOLERATED_LOSS
