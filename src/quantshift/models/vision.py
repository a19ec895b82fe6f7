"""Import torchvision, also next to a CPU build of torch.

torchvision 0.28.0 on PyPI is built for CUDA: with a CPU build of torch its operator library does not load, and the
import fails because the schema of an operator is missing. Nothing here calls these operators (they serve detection
models), so it is enough to define their schemas first. Architectures import torchvision from here:
`from quantshift.models.vision import torchvision`.
"""

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:  # loaded below by name; this statement makes its version part of the jobs' code
    import torchvision as _  # noqa: F401

# Operators for which torchvision registers meta kernels on import.
SCHEMAS = ("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor", "qnms(Tensor x) -> Tensor")


def load() -> ModuleType:
    """Import torchvision, and define the schemas of its operators if they are missing."""
    try:
        return importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
    for schema in SCHEMAS:
        library.define(schema)  # type: ignore[no-untyped-call]
    # The definitions live as long as the library object.
    LIBRARIES.append(library)
    return importlib.import_module("torchvision")


LIBRARIES: list[torch.library.Library] = []
torchvision = load()
