"""Kinds of columns of the result tables, and rules for their rows, as pandera columns and checks."""

import itertools
from collections.abc import Callable, Sequence

import pandas as pd
import pandera.pandas as pa

# Tolerance for rounding errors of rates.
TOLERANCE = 1e-12


def text(*, empty: bool = False, among: Sequence[str] | None = None) -> pa.Column:
    """Return a column of texts; `among`: the allowed ones."""
    checks = [] if empty else [pa.Check.str_length(min_value=1, error="must not be empty")]
    if among is not None:
        checks.append(pa.Check.isin(among))
    return pa.Column(str, checks)


def count(low: int = 0, high: int | None = None) -> pa.Column:
    """Return a column of whole numbers in a range."""
    return pa.Column("int64", pa.Check.ge(low) if high is None else pa.Check.in_range(low, high))


def optional_count(low: int = 0) -> pa.Column:
    """Return a column of whole numbers that may be empty."""
    return pa.Column("Int64", pa.Check.ge(low), nullable=True)


def number(low: float | None = None, high: float | None = None, *, nullable: bool = False) -> pa.Column:
    """Return a column of finite numbers in a range."""
    checks = [] if low is None else [pa.Check.ge(low)]
    checks += [] if high is None else [pa.Check.le(high)]
    # Infinity passes the comparisons, but results from a division by 0.
    checks.append(pa.Check(lambda values: values.abs() != float("inf"), error="must be finite"))
    return pa.Column(float, checks, nullable=nullable)


def rate(*, nullable: bool = False) -> pa.Column:
    """Return a column of numbers from 0 to 1."""
    return number(0.0, 1.0, nullable=nullable)


def rows(rule: Callable[[pd.DataFrame], "pd.Series[bool]"], error: str) -> pa.Check:
    """Return the check that a rule holds in each row."""
    return pa.Check(rule, error=error)


def ordered(*columns: str) -> pa.Check:
    """Return the check that the values of columns ascend; empty cells are allowed."""

    def rule(table: pd.DataFrame) -> "pd.Series[bool]":
        valid = pd.Series(data=True, index=table.index)
        for low, high in itertools.pairwise(columns):
            valid &= ~(table[low] > table[high] + TOLERANCE)
        return valid

    return rows(rule, f"must hold: {' <= '.join(columns)}")


def limited(column: str) -> pa.Check:
    """Return the check that a column is within its limits, if it has any."""

    def rule(table: pd.DataFrame) -> "pd.Series[bool]":
        low, high = table[f"{column}_low"], table[f"{column}_high"]
        return (low.isna() | (low <= table[column])) & (high.isna() | (table[column] <= high))

    return rows(rule, f"must hold: {column}_low <= {column} <= {column}_high")


def all_or_none(*columns: str) -> pa.Check:
    """Return the check that a row has values in all of these columns or in none."""
    return rows(
        lambda table: table[list(columns)].isna().sum(axis=1).isin([0, len(columns)]),
        f"must have all or none of {', '.join(columns)}",
    )
