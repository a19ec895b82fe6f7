"""Standard training: the cross-entropy of the training inputs."""

from quantshift.training.method import Method

SETTINGS: dict[str, object] = {}


class Standard(Method):
    """Nothing beyond the common loop."""


METHOD = Standard
