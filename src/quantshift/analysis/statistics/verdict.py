"""Verdicts on claims, from an effect's interval and p-value."""

from quantshift.core.names import CONTRADICTED, INCONCLUSIVE, SUPPORTED

SIGNIFICANCE = 0.05
# A claim with fewer sources that differ is inconclusive, regardless of its interval.
FEWEST_EVENTS = 10


def verdict(low: float, high: float, p_value: float, events: int) -> str:
    """Return the verdict on the claim that an effect is above 0.

    Both the interval and the adjusted p-value must be significant: the interval is for this effect alone, the p-value
    accounts for all tested effects. A claim based on fewer than 10 sources is inconclusive.

    Args:
        low: lower 95 % limit of the effect.
        high: upper 95 % limit of the effect.
        p_value: two-sided, adjusted for multiple tests, 0..1.
        events: number of sources in which anything differs.

    >>> verdict(0.01, 0.03, 0.004, 50), verdict(-0.02, -0.01, 0.01, 50), verdict(-0.01, 0.02, 0.6, 50)
    ('supported', 'contradicted', 'inconclusive')
    >>> verdict(0.01, 0.03, 0.2, 50), verdict(0.01, 0.03, 0.004, 9)
    ('inconclusive', 'inconclusive')
    """
    if events < FEWEST_EVENTS or p_value > SIGNIFICANCE:
        return INCONCLUSIVE
    if low > 0:
        return SUPPORTED
    return CONTRADICTED if high < 0 else INCONCLUSIVE
