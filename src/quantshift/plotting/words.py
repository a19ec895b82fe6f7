"""Names as a reader sees them."""

WORDS = {
    "cr": "customer reviews",
    "gru": "GRU",
    "kl_mean": "KL divergence",
    "lenet1": "LeNet-1",
    "lenet5": "LeNet-5",
    "lstm": "LSTM",
    "mnist": "MNIST",
    "mnist_c": "MNIST-C",
    "none": "clean",
    "qat": "quantization-aware",
}


def words(name: str) -> str:
    """Return a name of the tables in words.

    >>> words("motion_blur"), words("none"), words("lenet5")
    ('motion blur', 'clean', 'LeNet-5')
    """
    return WORDS.get(name, name.replace("_", " "))


def percent(rate: float) -> str:
    """Return a rate (0..1) in percent with two significant digits, short enough for a cell.

    >>> [percent(rate) for rate in (0.0, 0.0004, 0.0176, 0.312, 1.0)]
    ['0', '0.04', '1.8', '31', '100']
    """
    value = 100 * rate
    if value == 0:
        return "0"
    return f"{value:.2f}" if value < 0.1 else f"{value:.2g}" if value < 99.5 else "100"


def shift_label(shift: str, severity: int) -> str:
    """Return a shift's name in words, with its severity where it has levels.

    >>> shift_label("fog", 5), shift_label("stripe", 0)
    ('fog 5', 'stripe')
    """
    return f"{words(shift)} {severity}" if severity else words(shift)
