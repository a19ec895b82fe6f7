"""Readable names for identifiers."""

from collections.abc import Collection

from quantshift.core import members

WORDS = {
    "cifar10": "CIFAR-10",
    "cifar10_c": "CIFAR-10-C",
    "cr": "customer reviews",
    "densenet121": "DenseNet-121",
    "emoji": "emoji (demonstration)",
    "emoji_c": "emoji, corrupted",
    "fashion_mnist": "Fashion-MNIST",
    "gru": "GRU",
    "imdb": "IMDb",
    "iwildcam": "iWildCam",
    "kl_mean": "KL divergence",
    "lenet1": "LeNet-1",
    "lenet5": "LeNet-5",
    "lstm": "LSTM",
    "mnist": "MNIST",
    "mnist_c": "MNIST-C",
    "nin": "NiN",
    "none": "clean",
    "ood": "other cameras",
    "qat": "quantization-aware",
    "resnet20": "ResNet-20",
    "resnet50": "ResNet-50",
    "vendor": "other vendor",
}


def words(name: str) -> str:
    """Return the readable name of an identifier.

    >>> words("motion_blur"), words("none"), words("lenet5")
    ('motion blur', 'clean', 'LeNet-5')
    """
    return WORDS.get(name) or members.labels().get(name) or name.replace("_", " ")


def percent(rate: float) -> str:
    """Return a rate (0..1) in percent with two significant digits, short enough for a table cell.

    >>> [percent(rate) for rate in (0.0, 0.00003, 0.0004, 0.0176, 0.312, 1.0)]
    ['0', '<0.01', '0.04', '1.8', '31', '100']
    """
    value = 100 * rate
    if value == 0:
        return "0"
    if value < 0.005:
        return "<0.01"
    return f"{value:.2f}" if value < 0.1 else f"{value:.2g}" if value < 99.5 else "100"


def shift_label(shift: str, severities: Collection[int]) -> str:
    """Return a shift's readable name with its severities, if it has several levels.

    >>> shift_label("fog", [5]), shift_label("stripe", [0]), shift_label("frost", [5, 1, 3])
    ('fog 5', 'stripe', 'frost 1, 3, 5')
    """
    levels = ", ".join(str(severity) for severity in sorted(set(severities)) if severity)
    return f"{words(shift)} {levels}".rstrip()
