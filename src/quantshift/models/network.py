"""Untrained networks by name."""

import torch
from torch import nn

from quantshift import members
from quantshift.seeds import derive_seed


def build(architecture: str, dataset: str, names: tuple[str | int, ...]) -> nn.Module:
    """Return an untrained model for a data set; its first weights depend on `names` alone."""
    about = members.constants(f"datasets/{dataset}")
    torch.manual_seed(derive_seed(*names))
    model: nn.Module = members.load("architectures", architecture).build(about["SHAPE"], about["CLASSES"])
    return model
