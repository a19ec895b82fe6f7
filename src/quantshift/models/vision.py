"""torchvision, which beside a CPU build of torch does not import as the registry has it.

The registry's torchvision (0.28.0) is built for CUDA: beside torch's CPU build its operator library does not load, and
its import ends at the schema of an operator that is missing. Nothing here calls these operators (they serve detection
models), so defining their schemas first is enough. Architectures import torchvision from here:
`from quantshift.models.vision import torchvision`.
"""

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:  # loaded below by its name; as a statement its version belongs to the results' provenance
    import torchvision as _  # noqa: F401

# Schemas that torchvision registers meta kernels for when it is imported.
SCHEMAS = ("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor", "qnms(Tensor x) -> Tensor")


def load() -> ModuleType:
    """Import torchvision, with the schemas of its missing operators where it needs them."""
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
    # The definitions last as long as the library object.
    LIBRARIES.append(library)
    return importlib.import_module("torchvision")


LIBRARIES: list[torch.library.Library] = []
torchvision = load()
