"""Verdicts: what an effect, its interval and its p-value say about a claim."""

SUPPORTED = "supported"
CONTRADICTED = "contradicted"
INCONCLUSIVE = "inconclusive"
VERDICTS = (SUPPORTED, CONTRADICTED, INCONCLUSIVE)
SIGNIFICANCE = 0.05


def verdict(low: float, high: float, p_value: float) -> str:
    """Return the verdict on the claim that an effect is above 0.

    Both the interval and the adjusted p-value must speak: the first is about the one effect, the second about all the
    effects that were looked at.

    Args:
        low: lower 95 % limit of the effect.
        high: upper 95 % limit of the effect.
        p_value: two-sided, adjusted for multiple tests, 0..1.

    >>> verdict(0.01, 0.03, 0.004), verdict(-0.02, -0.01, 0.01), verdict(-0.01, 0.02, 0.6), verdict(0.01, 0.03, 0.2)
    ('supported', 'contradicted', 'inconclusive', 'inconclusive')
    """
    if p_value <= SIGNIFICANCE and low > 0:
        return SUPPORTED
    if p_value <= SIGNIFICANCE and high < 0:
        return CONTRADICTED
    return INCONCLUSIVE
