"""Tables of variants as text: for terminals and for Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

from quantshift.core.names import NOT_APPLICABLE
from quantshift.decision.numbers import fixed, percent

HEADER = ("variant", "decision", "clean, %", "shifted, %", "size", "speed", "quantized")
UNKNOWN = "-"


def variant_rows(model: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the header and the rows of a decision's variants."""
    return [HEADER, *map(cells, model["variants"])]


def not_applicable_lines(model: Mapping[str, Any]) -> list[str]:
    """Return a line for each variant whose preset the model cannot take, with the reason."""
    return [
        f"{variant['name']}: {NOT_APPLICABLE}: {variant['reason']}"
        for variant in model["variants"]
        if variant["status"] == NOT_APPLICABLE
    ]


def cells(variant: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the cells of a variant, in the order of HEADER."""
    if variant["status"] == NOT_APPLICABLE:
        return (variant["name"], NOT_APPLICABLE, *[UNKNOWN] * (len(HEADER) - 2))
    return (
        variant["name"],
        variant["decision"],
        rate(variant["clean"]),
        rate(variant["shifted"]),
        times(variant["size"]),
        times(variant["speedup"]),
        f"{percent(variant['quantized_weight_share'])} %",
    )


def rate(record: Mapping[str, Any] | None) -> str:
    """Return a rate with its limits in percent.

    >>> rate({"n": 100, "rate": 0.012, "low": 0.0084, "high": 0.017}), rate(None)
    ('1.2 (0.84 to 1.7)', '-')
    """
    if record is None or record["n"] == 0:
        return UNKNOWN
    return f"{percent(record['rate'])} ({percent(record['low'])} to {percent(record['high'])})"


def times(factor: float | None) -> str:
    """Return a factor relative to float32.

    >>> times(0.517), times(None)
    ('0.52 ×', '-')
    """
    return UNKNOWN if factor is None else f"{fixed(factor, 2)} ×"


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as lines with aligned columns.

    >>> print(aligned([("a", "b"), ("long", "c")]))
    a     b
    long  c
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as a table in Markdown; the first row is the header.

    >>> print(markdown_table([("a", "b"), ("c|", "d")]))
    | a | b |
    |---|---|
    | c\\| | d |
    """
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])
