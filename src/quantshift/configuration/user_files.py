"""The keys of a config that name the user's files and folders, whose relative paths start in the folder of the run
(standard library only).
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# The config that `quantshift check` and `quantshift init` write into the folder of a run.
CONFIG_FILE = "quantshift.yaml"
# Stands for any name, and for any position in a list.
ANY = "*"
SAMPLES = ("file", "labels", "groups")
KEYS = {
    ("members", ANY),
    ("models", ANY, "file"),
    ("models", ANY, "constant_files", ANY),
    ("models", ANY, "variants", ANY),
    *(("data", ANY, section, key) for section in ("test", "calibration") for key in SAMPLES),
    *(("data", ANY, "shifted", ANY, key) for key in SAMPLES),
    ("data", ANY, "names"),
    ("data", ANY, "texts", "tokenizer"),
}


def with_absolute_paths(value: Any, folder: Path, path: tuple[str, ...] = ()) -> Any:
    """Return a config in which the user's files have absolute paths; wrong values stay, for the check of the config.

    Args:
        value: the config, or a value in it.
        folder: the folder of the run, where relative paths start.
        path: the key of the value; empty for the whole config.

    >>> config = {"models": {"net": {"file": "net.onnx", "data": "rows"}}, "seed": 3}
    >>> with_absolute_paths(config, Path("/run"))
    {'models': {'net': {'file': '/run/net.onnx', 'data': 'rows'}}, 'seed': 3}
    """
    if isinstance(value, Mapping):
        return {key: with_absolute_paths(item, folder, (*path, str(key))) for key, item in value.items()}
    if isinstance(value, list):
        return [with_absolute_paths(item, folder, (*path, ANY)) for item in value]
    if not isinstance(value, str) or not _is_file(path):
        return value
    # A folder that is a link is followed first, as `..` does where the run works.
    return os.path.normpath(folder.resolve() / value)


def _is_file(path: tuple[str, ...]) -> bool:
    return any(
        len(key) == len(path) and all(part in (ANY, name) for part, name in zip(key, path, strict=True)) for key in KEYS
    )
