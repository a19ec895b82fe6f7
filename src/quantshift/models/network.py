"""Untrained networks by name."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from quantshift.core import members
from quantshift.seeds import derive_seed


def build(architecture: str, dataset: str, names: tuple[str | int, ...], options: Mapping[str, Any]) -> nn.Module:
    """Return an untrained model for a data set; its initial weights depend only on `names` and its shape.

    Args:
        architecture: name of the architecture.
        dataset: name of the data set, which states the input shape, the classes and the architecture's `FACTS`.
        names: names and numbers from which the seed of the initial weights is derived.
        options: a value for each of the architecture's `OPTIONS`.
    """
    constants = members.constants(f"datasets/{dataset}")
    torch.manual_seed(derive_seed(*names))
    facts = members.constants(f"architectures/{architecture}").get("FACTS", ())
    model: nn.Module = members.load("architectures", architecture).build(
        constants["SHAPE"], constants["CLASSES"], **{name.lower(): constants[name] for name in facts}, **options
    )
    return model
