"""Checks of a user's own models and data."""

from collections.abc import Iterator
from pathlib import Path

from quantshift.configuration.fit import requirements
from quantshift.configuration.lines import as_json
from quantshift.configuration.names import unknown_name, unusable_name
from quantshift.core import members
from quantshift.core.names import FLOAT32, GIVEN_SUITE
from quantshift.study import AUTOMATIC, Config, Study, files_of

# What a suite of each kind is applied to.
KINDS = {"image": "images", "text": "texts", "tensor": "arrays or tables of numbers"}


def wrong_given(config: Config) -> Iterator[str]:
    """Yield a line for each name of a user's own models and data that does not fit the rest of the config."""
    if not config["study"]["datasets"] and not config["models"]:
        yield "study.datasets is empty: expected at least one data set, or at least one of your own models in models"
    for name, model in config["models"].items():
        yield from unknown_name(f"models.{name}.data", model["data"], config["data"])
        for constant in sorted(set(model.get("constants", {})).intersection(model.get("constant_files", {}))):
            yield f"models.{name}.constants: constant_files has {as_json(constant)} too; expected it in one of both"
        yield from _wrong_variants(config, name)
    yield from _without_variants(config)
    for name in config["data"]:
        if name in config["datasets"]:
            yield f"data.{name}: datasets has this name too; expected a name that is not in datasets"
        yield from wrong_corruptions(config, name)
    if GIVEN_SUITE in config["suites"]:
        yield f"suites.{GIVEN_SUITE}: this name is that of your own shifted test sets; expected another name"
    if AUTOMATIC in config["suites"]:
        yield f"suites.{AUTOMATIC}: this name stands for the suite that fits your own data; expected another name"


def wrong_corruptions(config: Config, name: str) -> Iterator[str]:
    """Yield a line for each suite of corruptions that is unknown or does not fit a user's own data."""
    settings, key = config["data"][name], f"data.{name}.shifts"
    kind = Study(config).modality(name)
    # The images in an array are not known before it is read.
    kinds = {kind, "image"} if settings["test"]["file"].endswith((".npy", ".npz")) and kind == "tensor" else {kind}
    for suite in settings.get("shifts", []):
        if suite == AUTOMATIC:
            continue
        mistakes = list(unknown_name(key, suite, [*config["suites"], AUTOMATIC]))
        yield from mistakes
        if mistakes:
            continue
        section = config["suites"][suite]
        collection = section.get("collection", suite)
        if section.get("source") == "archive" or any(
            "apply" not in members.functions(f"shifts/{collection}/{shift}") for shift in section["shifts"]
        ):
            yield f"{key} = {as_json(suite)}: it holds other data; expected a suite of corruptions, such as {AUTOMATIC}"
            continue
        required = requirements(collection).get("modality", kind)
        if required not in kinds:
            yield (
                f"{key} = {as_json(suite)}: it is for {KINDS[required]}, but {name} has {KINDS[kind]}; "
                f"expected {AUTOMATIC} or a suite for these"
            )


def _wrong_variants(config: Config, model: str) -> Iterator[str]:
    """Yield a line for each variant of a user's own model whose name or file another one has."""
    settings = config["models"][model]
    for name, file in settings.get("variants", {}).items():
        key = f"models.{model}.variants.{name}"
        yield from unusable_name(key, name)
        if name == FLOAT32:
            yield f"{key}: {FLOAT32} is the model that variants are compared with; choose another name"
        if name in config["quantizers"]:
            yield f"{key}: quantizers has a preset of this name; choose another name"
        if Path(file) == Path(settings["file"]):
            yield f"{key}: {file} is the model itself, so nothing in it is quantized; expected the quantized file"


def _without_variants(config: Config) -> Iterator[str]:
    """Yield a line if a model of the study would have no quantized variant."""
    if config["study"]["quantizers"]:
        return
    if config["study"]["datasets"]:
        yield "study.quantizers is empty: expected at least one preset for the models that the study trains"
    for name, model in config["models"].items():
        if not model.get("variants"):
            yield f"study.quantizers is empty and models.{name} has no variants: expected a preset, or a quantized file"


def absent_files(config: Config) -> Iterator[str]:
    """Yield a line for each file of a user's own models and data that does not exist."""
    used = {model["data"] for model in config["models"].values()}
    for name, model in config["models"].items():
        if not Path(model["file"]).is_file():
            yield _absent(f"models.{name}.file", model["file"], "an ONNX file")
        for constant, file in model.get("constant_files", {}).items():
            if not Path(file).is_file():
                yield _absent(f"models.{name}.constant_files.{constant}", file, "a .npy or .npz file")
        for variant, file in model.get("variants", {}).items():
            if not Path(file).is_file():
                yield _absent(f"models.{name}.variants.{variant}", file, "an ONNX file")
    for name in sorted(used):
        settings = config["data"][name]
        sections = {"test": settings["test"], "calibration": settings.get("calibration", {})}
        sections |= {f"shifted.{shift}": files for shift, files in settings.get("shifted", {}).items()}
        for section, files in sections.items():
            for key in ("file", "labels", "groups"):
                if files.get(key) and not Path(files[key]).exists():
                    yield _absent(f"data.{name}.{section}.{key}", files[key], "a file")
        for file in files_of(settings):
            if not Path(file).exists():
                yield _absent(f"data.{name}", file, "a file")


def _absent(key: str, file: str, kind: str) -> str:
    start = "" if Path(file).is_absolute() else f", by its path from {Path.cwd()}"
    return f'{key} = "{file}": there is no such file; expected {kind}{start}'
