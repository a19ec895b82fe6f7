"""Untrained networks by name."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from quantshift.core import members
from quantshift.core.dataset_facts import facts_of
from quantshift.seeds import derive_seed


def build(architecture: str, dataset: str, names: tuple[str | int, ...], options: Mapping[str, Any]) -> nn.Module:
    """Return an untrained model for a data set; its initial weights depend only on `names` and its shape.

    Args:
        architecture: name of the architecture.
        dataset: name of the data set, whose facts include the input shape, the classes and the architecture's `FACTS`.
        names: names and numbers from which the seed of the initial weights is derived.
        options: a value for each of the architecture's `OPTIONS`.
    """
    facts = facts_of(dataset)
    torch.manual_seed(derive_seed(*names))
    required = members.constants(f"architectures/{architecture}").get("FACTS", ())
    model: nn.Module = members.load("architectures", architecture).build(
        facts.shape, facts.classes, **{name: facts.modality_facts[name] for name in required}, **options
    )
    return model
