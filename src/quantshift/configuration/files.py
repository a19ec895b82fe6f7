"""Whether the file of each member has what the workflow asks of it."""

import re
from collections.abc import Iterator
from typing import Any

from quantshift.configuration.member_options import Option
from quantshift.configuration.violations import violations
from quantshift.core import members
from quantshift.core.signature import OUTPUTS

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
            file = members.display_path(members.file_of(f"{folder}/{name}"))
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                yield f"{file}: a member's name has lower-case letters, digits and underscores: rename the file"
            about = members.constants(f"{folder}/{name}")
            for constant in wanted:
                if constant not in about:
                    yield f"{file} lacks {constant}, a plain value (see the other files in its folder)"
            function = FUNCTIONS.get(folder)
            if function and function not in members.functions(f"{folder}/{name}"):
                yield f"{file} lacks the function {function} (see the other files in its folder)"
            if "INPUT" in about and folder in ("architectures", "datasets"):
                yield from unknown_modality(file, about, folder)
            for kind in about.get("OUTPUTS", ()) if folder == "detectors" else ():
                if kind not in OUTPUTS:
                    yield f"{file}: OUTPUTS has {kind!r}: models have no such outputs; {members.hint(kind, OUTPUTS)}"
            for constant in ("OPTIONS", "SETTINGS"):
                for option, schema in about.get(constant, {}).items():
                    for mistake in wrong_option(schema, constant, option):
                        yield f"{file}: {mistake}"


def wrong_option(schema: Any, constant: str, option: str) -> Iterator[str]:
    """Yield a line for each mistake in what a member's file states about one of its options."""
    mistakes = list(violations(schema, Option, (constant, option)))
    yield from mistakes
    if not mistakes and not {"type", "enum"}.intersection(schema):
        yield f"{constant}.{option} lacks its type"
    if not mistakes and constant == "OPTIONS" and "default" not in schema:
        yield f"{constant}.{option} lacks its default"


def unknown_modality(file: str, about: dict[str, Any], folder: str) -> Iterator[str]:
    """Yield a line for a member whose modality is not there, or that lacks what its modality must know."""
    if about["INPUT"] not in members.names("data/modalities"):
        known = members.hint(about["INPUT"], members.names("data/modalities"))
        yield f"{file}: INPUT = {about['INPUT']!r}: no such modality; {known}"
    elif folder == "datasets":
        for constant in members.constants(f"data/modalities/{about['INPUT']}")["FACTS"]:
            if constant not in about:
                yield f"{file} lacks {constant}, a plain value that data sets of {about['INPUT']} inputs have"
