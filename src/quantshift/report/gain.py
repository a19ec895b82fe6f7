"""The least that a variant must gain over float32 before the page advises to ship it.

A variant that changes answers has to give something in return. A variant without quantized weights gains nothing from
quantization, whatever the size of its file and its measured speed.
"""

# A file counts as smaller at up to this share of float32's bytes.
MOST_SIZE = 0.9
# A variant counts as faster from this multiple of float32's speed.
LEAST_SPEED = 1.1

# What a user may prefer, and the page's words for what a variant then needs.
WANTED = {
    "size": f"a file of at most {MOST_SIZE} × float32’s bytes",
    "speed": f"at least {LEAST_SPEED} × float32’s speed",
}


def withheld(size: float, speed: float | None, quantized_weights: float) -> dict[str, str | None]:
    """Return why a variant is not worth shipping for its size and for its speed; None where it is.

    Args:
        size: bytes of its file, as a share of float32's.
        speed: inputs per second, as a multiple of float32's; None where it was not measured.
        quantized_weights: the share of its weights that the file stores as integers or in half precision, 0..1.

    >>> withheld(0.26, 0.55, 1.0)
    {'size': None, 'speed': '0.55 × float32’s speed (at least 1.1 × needed)'}
    >>> withheld(0.95, 2.0, 1.0)
    {'size': '0.95 × float32’s bytes (at most 0.9 × allowed)', 'speed': None}
    >>> withheld(0.26, None, 1.0)["speed"], withheld(0.5, 2.0, 0.0)["size"]
    ('its speed was not measured', 'none of its weights are quantized')
    """
    if quantized_weights == 0:
        return dict.fromkeys(WANTED, "none of its weights are quantized")
    unmeasured = "its speed was not measured"
    too_slow = unmeasured if speed is None else f"{speed:.2f} × float32’s speed (at least {LEAST_SPEED} × needed)"
    return {
        "size": None if size <= MOST_SIZE else f"{size:.2f} × float32’s bytes (at most {MOST_SIZE} × allowed)",
        "speed": None if speed is not None and speed >= LEAST_SPEED else too_slow,
    }
