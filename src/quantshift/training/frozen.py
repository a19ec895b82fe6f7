"""Freeze a model while an attack computes gradients of its inputs."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm


@contextmanager
def frozen(model: nn.Module) -> Iterator[None]:
    """Freeze weights and running statistics within the block, and restore their training state afterwards.

    Without gradients of the weights an attack needs a third less time. Intermediate inputs of an attack are not
    training data, so batch normalization must not learn from them.
    """
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    normalizations = [module for module in model.modules() if isinstance(module, _BatchNorm) and module.training]
    for parameter in trainable:
        parameter.requires_grad_(False)
    for module in normalizations:
        module.eval()
    try:
        yield
    finally:
        for parameter in trainable:
            parameter.requires_grad_(True)
        for module in normalizations:
            module.train()
