"""Checks that the files of each member define what the workflow needs."""

import re
from collections.abc import Iterator
from typing import Any

from quantshift.configuration.member_facts import wrong_facts, wrong_requirements
from quantshift.configuration.member_options import Option
from quantshift.configuration.violations import violations
from quantshift.core import members
from quantshift.core.signature import OUTPUTS

# Required literal constants and functions, by folder.
CONSTANTS = {
    "architectures": ("MODALITY",),
    "datasets": (),
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
    """Yield a line for each definition that a member's file lacks, and for each invalid file name."""
    for folder, required in CONSTANTS.items():
        for name in members.names(folder):
            file = members.display_path(members.file_of(f"{folder}/{name}"))
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
                yield f"{file}: expected a name of lower-case letters, digits and underscores: rename the file"
            constants = members.constants(f"{folder}/{name}")
            for constant in required:
                if constant not in constants:
                    yield f"{file} lacks {constant}, a plain value (see the other files in its folder)"
            function = FUNCTIONS.get(folder)
            if function and function not in members.functions(f"{folder}/{name}"):
                yield f"{file} lacks the function {function} (see the other files in its folder)"
            if folder == "datasets":
                yield from wrong_facts(name)
            if folder == "architectures" and "MODALITY" in constants:
                yield from wrong_modality(file, constants)
            for kind in constants.get("OUTPUTS", ()) if folder == "detectors" else ():
                if kind not in OUTPUTS:
                    yield f"{file}: OUTPUTS has {kind!r}: models have no such outputs; {members.hint(kind, OUTPUTS)}"
            for constant in ("OPTIONS", "SETTINGS"):
                for option, schema in constants.get(constant, {}).items():
                    for mistake in wrong_option(schema, constant, option):
                        yield f"{file}: {mistake}"
    yield from wrong_requirements()


def wrong_option(schema: Any, constant: str, option: str) -> Iterator[str]:
    """Yield a line for each mistake in the schema of an option in a member's file."""
    mistakes = list(violations(schema, Option, (constant, option)))
    yield from mistakes
    if not mistakes and not {"type", "enum"}.intersection(schema):
        yield f"{constant}.{option} lacks its type"
    if not mistakes and constant == "OPTIONS" and "default" not in schema:
        yield f"{constant}.{option} lacks its default"


def wrong_modality(file: str, constants: dict[str, Any]) -> Iterator[str]:
    """Yield a line if an architecture's modality does not exist."""
    modality, known = constants["MODALITY"], members.names("data/modalities")
    if modality not in known:
        yield f"{file}: MODALITY = {modality!r}: no such modality; {members.hint(modality, known)}"
