"""An estimated effect with its interval, its p-value and the size of its sample."""

from dataclasses import dataclass

from quantshift.core.names import INPUTS


@dataclass(frozen=True)
class Estimate:
    """An estimated effect.

    Attributes:
        effect: the point estimate, here a difference of rates in -1..1.
        low: lower 95 % limit.
        high: upper 95 % limit.
        p_value: two-sided p-value of the null hypothesis that the effect is 0, not adjusted.
        n: number of distinct inputs (by source).
        events: number of sources in which anything differs.
        unit: the unit of replication, `inputs` or `seeds`.
        seeds: number of training seeds.
        seed_sets: the estimates of disjoint sets of these seeds; empty with one seed.
    """

    effect: float
    low: float
    high: float
    p_value: float
    n: int
    events: int
    unit: str = INPUTS
    seeds: int = 1
    seed_sets: tuple["Estimate", ...] = ()
