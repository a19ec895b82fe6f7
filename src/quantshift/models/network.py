"""Untrained networks by name."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from quantshift.core import members
from quantshift.seeds import derive_seed


def build(architecture: str, dataset: str, names: tuple[str | int, ...], options: Mapping[str, Any]) -> nn.Module:
    """Return an untrained model for a data set; its first weights depend on `names` and its shape alone.

    Args:
        architecture: name of the architecture.
        dataset: name of the data set, which gives the shape of an input, the classes and the architecture's `FACTS`.
        names: what the first weights are derived from.
        options: the architecture's options, all of them (see its `OPTIONS`).
    """
    about = members.constants(f"datasets/{dataset}")
    torch.manual_seed(derive_seed(*names))
    taken = members.constants(f"architectures/{architecture}").get("FACTS", ())
    model: nn.Module = members.load("architectures", architecture).build(
        about["SHAPE"], about["CLASSES"], **{name.lower(): about[name] for name in taken}, **options
    )
    return model
