"""Whether the file of each member has what the workflow asks of it."""

import re
from collections.abc import Iterator

from quantshift.core import members

# By folder: constants that are plain values, and functions or other names.
CONSTANTS = {
    "architectures": ("INPUT",),
    "datasets": ("ARTIFACT", "CLASSES", "COUNTS", "INPUT", "SHAPE"),
    "detectors": (),
    "figures": ("CAPTION", "CATEGORY", "TABLES"),
    "quantizers/schemes": ("OPTIONS",),
    "training/methods": ("SETTINGS",),
}
FUNCTIONS = {
    "architectures": "build",
    "datasets": "read",
    "detectors": "score",
    "figures": "draw",
    "quantizers/schemes": "quantize",
}


def incomplete() -> Iterator[str]:
    """Yield a line for each member's file that lacks something, or whose name cannot be one in the config."""
    for folder, wanted in CONSTANTS.items():
        for name in members.names(folder):
            file = f"src/quantshift/{folder}/{name}.py"
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                yield f"{file}: a member's name has lower-case letters, digits and underscores: rename the file"
            about = members.constants(f"{folder}/{name}")
            for constant in wanted:
                if constant not in about:
                    yield f"{file} lacks {constant}, a plain value (see the other files in its folder)"
            function = FUNCTIONS.get(folder)
            if function and function not in members.functions(f"{folder}/{name}"):
                yield f"{file} lacks the function {function} (see the other files in its folder)"
            for option, schema in about.get("OPTIONS", {}).items():
                if "default" not in schema:
                    yield f"{file}: OPTIONS.{option} lacks its default"
