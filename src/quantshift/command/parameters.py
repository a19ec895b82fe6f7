"""Types of options: lists, sizes and named files."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    ParamType = click.ParamType[Any]
else:  # older releases of click have no type arguments
    ParamType = click.ParamType
Context = click.Context | None
NONE = "none"
# As in the config.
NAME = re.compile("[a-z][a-z0-9_]*")
Parameter = click.Parameter | None


class Listed(ParamType):
    """Values that are separated by commas."""

    def __init__(self, name: str, kind: type[str] | type[float] = str) -> None:
        """Store the name that help shows, and the type of each value."""
        self.name, self.kind = name, kind

    def convert(self, value: Any, param: Parameter, ctx: Context) -> list[Any]:
        """Return the values of a text."""
        if isinstance(value, list):
            return value
        try:
            values = [self.kind(part.strip()) for part in value.split(",") if part.strip()]
        except ValueError:
            self.fail(f"{value!r}: expected numbers that are separated by commas, such as 0.5,0.5,0.5", param, ctx)
        if not values:
            self.fail(f"{value!r}: expected at least one value", param, ctx)
        return values


class Presets(Listed):
    """Names of presets that are separated by commas, or `none`."""

    def convert(self, value: Any, param: Parameter, ctx: Context) -> list[Any]:
        """Return the names in a text."""
        names = super().convert(value, param, ctx)
        return [] if names == [NONE] else names


class Size(ParamType):
    """A height and a width, such as 224x224."""

    name = "HxW"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> list[int]:
        """Return the height and the width in a text."""
        if isinstance(value, list):
            return value
        height, _, width = value.lower().partition("x")
        if not (height.isdecimal() and width.isdecimal()):
            self.fail(f"{value!r}: expected height and width, such as 224x224", param, ctx)
        return [int(height), int(width)]


class NamedFile(ParamType):
    """A name and a file, such as noisy=noisy.npz."""

    name = "NAME=FILE"

    def __init__(self, example: str) -> None:
        """Store the example that messages show."""
        self.example = example

    def convert(self, value: Any, param: Parameter, ctx: Context) -> tuple[str, Path]:
        """Return the name and the file in a text."""
        if isinstance(value, tuple):
            return value
        name, equals, file = value.partition("=")
        if not (name and equals and file):
            self.fail(f"{value!r}: expected a name and a file, such as {self.example}", param, ctx)
        if not NAME.fullmatch(name):
            message = "expected lower-case letters, digits and underscores, starting with a letter"
            self.fail(f"the name {name!r}: {message}", param, ctx)
        if not Path(file).exists():
            self.fail(f"{value!r}: there is no file {file!r}", param, ctx)
        return name, Path(file)


class NamedValue(ParamType):
    """A name and a number or a file, such as dropout_ratio=0.1 or position_ids=positions.npy."""

    name = "NAME=VALUE"

    def convert(self, value: Any, param: Parameter, ctx: Context) -> tuple[str, Path | int | float]:
        """Return the name and the value in a text; an integer stays an integer."""
        if isinstance(value, tuple):
            return value
        # The names of inputs may hold an equals sign, and paths hardly do.
        name, equals, stated = value.rpartition("=")
        if not (name and equals and stated):
            self.fail(f"{value!r}: expected a name and a number or a file, such as dropout_ratio=0.1", param, ctx)
        for kind in (int, float):
            try:
                return name, kind(stated)
            except ValueError:
                continue
        if not Path(stated).is_file():
            self.fail(f"{value!r}: {stated!r} is neither a number nor a file", param, ctx)
        return name, Path(stated)


def all_cores() -> int:
    """Return the number of CPU cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# A file or a folder that exists.
INPUT = click.Path(exists=True, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
SHARE = click.FloatRange(0, 1)
BASELINE = click.option(
    "--baseline",
    type=FILE,
    help="decision.json of an earlier run: show what changed since, and fail if anything became worse",
)
