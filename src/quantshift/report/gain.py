"""What a variant must gain over float32 before it may be shipped: stated here, and nowhere else.

A variant that changes answers has to give something in return. One that quantized no weights gives nothing that
quantization can give, whatever its file and its measured speed are.
"""

# A file of at most this share of float32's bytes is smaller.
MOST_SIZE = 0.9
# A variant of at least this multiple of float32's speed is faster.
LEAST_SPEED = 1.1

# What a user may want, and how the page says that a variant has it.
WANTED = {
    "size": f"a file of at most {MOST_SIZE} × float32’s bytes",
    "speed": f"at least {LEAST_SPEED} × float32’s speed",
}


def withheld(size: float, speed: float | None, quantized_weights: float) -> dict[str, str | None]:
    """Return why a variant is not to be shipped for the sake of its size and of its speed; None where it may be.

    Args:
        size: bytes of its file, as a share of float32's.
        speed: inputs per second, as a multiple of float32's; None where it was not measured.
        quantized_weights: the share of its weights that the file stores as integers or in half precision, 0..1.

    >>> withheld(0.26, 0.55, 1.0)
    {'size': None, 'speed': '0.55 × the speed (least: 1.1 ×)'}
    >>> withheld(0.95, 2.0, 1.0)
    {'size': '0.95 × the bytes (most: 0.9 ×)', 'speed': None}
    >>> withheld(0.26, None, 1.0)["speed"], withheld(0.5, 2.0, 0.0)["size"]
    ('its speed was not measured', 'none of its weights is quantized')
    """
    if quantized_weights == 0:
        return dict.fromkeys(WANTED, "none of its weights is quantized")
    unmeasured = "its speed was not measured"
    too_slow = unmeasured if speed is None else f"{speed:.2f} × the speed (least: {LEAST_SPEED} ×)"
    return {
        "size": None if size <= MOST_SIZE else f"{size:.2f} × the bytes (most: {MOST_SIZE} ×)",
        "speed": None if speed is not None and speed >= LEAST_SPEED else too_slow,
    }
