"""A model that stays as it is while an attack asks for the gradient of its inputs alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm


@contextmanager
def frozen(model: nn.Module) -> Iterator[None]:
    """Keep the weights' gradients and the running statistics out of an attack; afterwards they are as they were.

    Without gradients of the weights an attack takes a third less work; and inputs on the way to an attack are not
    training data: batch normalization must not learn from them.
    """
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    learning = [module for module in model.modules() if isinstance(module, _BatchNorm) and module.training]
    for parameter in trained:
        parameter.requires_grad_(False)
    for module in learning:
        module.eval()
    try:
        yield
    finally:
        for parameter in trained:
            parameter.requires_grad_(True)
        for module in learning:
            module.train()
