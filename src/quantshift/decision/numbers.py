"""Formats of numbers in decisions and on the page; `report/script/numbers.js` implements the same rules."""

from decimal import ROUND_HALF_UP, Decimal


def fixed(value: float, digits: int) -> str:
    """Format a finite number with a number of decimals; halves are rounded up, as by JavaScript's toFixed.

    >>> fixed(0.125, 2), f"{0.125:.2f}", fixed(12.5, 0)
    ('0.13', '0.12', '13')
    """
    return str(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def percent(share: float) -> str:
    """Format a share (0..1) in percent with two significant digits.

    >>> [percent(share) for share in (0.0, 0.00004, 0.0004, 0.002, 0.0176, 0.125, 0.312, 0.9981, 1.0)]
    ['0', '<0.01', '0.04', '0.20', '1.8', '13', '31', '99.8', '100']
    """
    value = 100 * share
    if value == 0:
        return "0"
    if value < 0.005:
        return "<0.01"
    if value >= 99.5:
        return "100" if value > 99.995 else fixed(value, 1)
    return fixed(value, 2 if value < 0.995 else 1 if value < 9.95 else 0)


def exact_percent(share: float) -> str:
    """Format a share (0..1) that a user chose in percent, with up to six decimals.

    >>> [exact_percent(share) for share in (0.0, 0.01, 0.0025, 0.000001, 1.0)]
    ['0', '1', '0.25', '0.0001', '100']
    """
    return fixed(100 * share, 6).rstrip("0").rstrip(".")
