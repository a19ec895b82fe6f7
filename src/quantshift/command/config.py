"""The config that states the same as the options of `quantshift check`."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from quantshift.command.settings import DATA, MODEL, SETTINGS

Config = dict[str, Any]
# The name of the user's data in the config.
DATA_NAME = "data"
# Presets of a check next to those of the default study: a search of operators, whose cost is small beside that of the
# evaluation; and, if the deployment has batches, dynamic quantization at their size.
SEARCHED = "static_int8_search"
BATCHED = "dynamic_int8_batched"
MAX_NAME = 64


class Given(NamedTuple):
    """What the options that may be repeated state.

    Attributes:
        shifted: files of shifted test sets by name.
        paired: whether their samples are changed copies of the test samples.
        constants: by name of the model's input, its value for all samples, or the file that holds it.
        variants: quantized files of the model by name.
    """

    shifted: Mapping[str, Path]
    paired: bool
    constants: Mapping[str, Path | int | float]
    variants: Mapping[str, Path]


def model_name(file: Path) -> str:
    """Return the name of a model in the config, which results and tables use, from that of its file.

    >>> model_name(Path("models/ResNet-50 v2.onnx")), model_name(Path("3.onnx"))
    ('resnet_50_v2', 'model_3')
    """
    name = re.sub(r"[^a-z0-9]+", "_", file.stem.lower()).strip("_")
    return (name if name[:1].isalpha() else f"model_{name}".rstrip("_"))[:MAX_NAME]


def stored_path(file: Path, directory: Path) -> str:
    """Return how the config names a file.

    A file in the folder of the run, or next to that folder, has a relative path, so that both can be moved together;
    any other file has an absolute path.

    Args:
        file: the file.
        directory: the folder of the run, where relative paths start.
    """
    target, start = Path(os.path.abspath(file)), Path(os.path.abspath(directory))  # noqa: PTH100 - links stay links
    return os.path.relpath(target, start) if target.is_relative_to(start.parent) else str(target)


def shown_from_here(message: str, config: Mapping[str, Any], folder: Path) -> str:
    """Return a message with the paths of the user's files as they are from the current folder.

    Args:
        message: a message of a job, with paths as in the config.
        config: the config.
        folder: the folder of the run, where relative paths start.

    >>> config = {"models": {"net": {"file": "../net.onnx"}}, "data": {}}
    >>> shown_from_here("../net.onnx is damaged", config, Path("run"))
    'net.onnx is damaged'
    """
    files = {
        path for section in ("models", "data") for path in _strings(config.get(section, {})) if path.startswith("..")
    }
    for path in sorted(files, key=len, reverse=True):
        here = os.path.normpath(folder / path).replace("\\", r"\\")
        message = re.sub(rf"(?<![\w./-]){re.escape(path)}", here, message)
    return message


def _strings(section: Any) -> Iterator[str]:
    if isinstance(section, str):
        yield section
    elif isinstance(section, Mapping):
        for value in section.values():
            yield from _strings(value)


def config_of(
    model: Path,
    directory: Path,
    options: Mapping[str, Any],
    given: Given,
    defaults: Mapping[str, Any],
) -> Config:
    """Return the config.

    Args:
        model: the user's model.
        directory: the folder of the run.
        options: values of `SETTINGS` by name; None for options that were not used.
        given: what the options that may be repeated state.
        defaults: the default config.
    """
    name = model_name(model)
    config: Config = {
        "study": {
            "datasets": [],
            "methods": ["standard"],
            "quantizers": default_presets(defaults, options["batch_size"]),
        },
        "models": {name: {"file": stored_path(model, directory), "data": DATA_NAME}},
        "data": {DATA_NAME: {}},
        "decision": dict(defaults["decision"]),
    }
    names = {MODEL: ["models", name], DATA: ["data", DATA_NAME]}
    for setting in SETTINGS:
        value = options[setting.name]
        if value is None:
            continue
        start = next((prefix for prefix in names if setting.key.startswith(f"{prefix}.")), "")
        *sections, last = [*names.get(start, []), *setting.key.removeprefix(start).lstrip(".").split(".")]
        section = config
        for part in sections:
            section = section.setdefault(part, {})
        section[last] = stored_path(value, directory) if setting.is_file else value
    if given.shifted:
        config["data"][DATA_NAME]["shifted"] = {
            shift: {"file": stored_path(file, directory), "paired": given.paired}
            for shift, file in given.shifted.items()
        }
    numbers = {key: value for key, value in given.constants.items() if not isinstance(value, Path)}
    files = {key: stored_path(value, directory) for key, value in given.constants.items() if isinstance(value, Path)}
    config["models"][name] |= {
        key: values for key, values in (("constants", numbers), ("constant_files", files)) if values
    }
    if given.variants:
        config["models"][name]["variants"] = {
            variant: stored_path(file, directory) for variant, file in given.variants.items()
        }
    return config


def default_presets(defaults: Mapping[str, Any], batch_size: int | None) -> list[str]:
    """Return the presets of a check without `--quantizers`.

    Args:
        defaults: the default config.
        batch_size: samples per call in deployment; None if not stated.
    """
    batched = [BATCHED] if batch_size is not None and batch_size > 1 else []
    return [*defaults["study"]["quantizers"], SEARCHED, *batched]


def overridden(config: Mapping[str, Any], values: Mapping[str, Any]) -> Config:
    """Return a config that values override as in Snakemake: mappings merge, and all else is replaced.

    >>> overridden({"a": {"b": 1, "c": [2]}, "d": 3}, {"a": {"c": [4]}})
    {'a': {'b': 1, 'c': [4]}, 'd': 3}
    """
    result = dict(config)
    for key, value in values.items():
        present = result.get(key)
        if isinstance(present, Mapping) and isinstance(value, Mapping):
            result[key] = overridden(present, value)
        else:
            result[key] = value
    return result
