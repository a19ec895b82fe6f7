"""Checks of a user's own models and data."""

from collections.abc import Iterator
from pathlib import Path

from quantshift.configuration.names import unknown_name
from quantshift.core.names import GIVEN_SUITE
from quantshift.study import Config, files_of


def wrong_given(config: Config) -> Iterator[str]:
    """Yield a line for each name of a user's own models and data that does not fit the rest of the config."""
    if not config["study"]["datasets"] and not config["models"]:
        yield "study.datasets is empty: expected at least one data set, or at least one of your own models in models"
    for name, model in config["models"].items():
        yield from unknown_name(f"models.{name}.data", model["data"], config["data"])
    for name in config["data"]:
        if name in config["datasets"]:
            yield f"data.{name}: datasets has this name too; expected a name that is not in datasets"
    if GIVEN_SUITE in config["suites"]:
        yield f"suites.{GIVEN_SUITE}: this name is that of your own shifted test sets; expected another name"


def absent_files(config: Config) -> Iterator[str]:
    """Yield a line for each file of a user's own models and data that does not exist."""
    used = {model["data"] for model in config["models"].values()}
    for name, model in config["models"].items():
        if not Path(model["file"]).is_file():
            yield _absent(f"models.{name}.file", model["file"], "an ONNX file")
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
    return f'{key} = "{file}": there is no such file; expected {kind}, by its path from {Path.cwd()}'
