"""Standard training: the cross-entropy of the training inputs."""

from quantshift.training.method import Method

SETTINGS: dict[str, object] = {}


class Standard(Method):
    """The common training loop, unchanged."""

    capturable = True


METHOD = Standard
