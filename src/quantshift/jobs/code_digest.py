"""What code a job runs: the package files and the library versions that its script reaches (standard library only).

Rules carry this as a parameter, so that an edited file re-runs the stages that use it and no others. The list is read
from the import statements themselves, so it cannot fall behind them; what the files compute is compared (see
`quantshift.jobs.syntax`), not times, so a fresh clone, a switched branch or a corrected comment re-runs nothing; and
Snakemake's reason for a re-run names the file.
"""

import ast
import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from quantshift.core import members
from quantshift.jobs.syntax import canonical, statements

PACKAGE = Path(__file__).parents[1]

# Libraries whose version can change a result, by import name.
LIBRARIES = {
    "PIL": "pillow",
    "altair": "altair",
    "cv2": "opencv-python-headless",
    "jinja2": "jinja2",
    "matplotlib": "matplotlib",
    "numpy": "numpy",
    "onnx": "onnx",
    "onnx_ir": "onnx-ir",
    "onnxconverter_common": "onnxconverter-common",
    "onnxruntime": "onnxruntime",
    "onnxscript": "onnxscript",
    "pandas": "pandas",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "torch": "torch",
    "torchvision": "torchvision",
    "vl_convert": "vl-convert-python",
}


class Source(NamedTuple):
    """What is read from a Python file at once, since parsing it is what takes the time."""

    digest: str
    """The first 12 hexadecimal digits of the SHA-256 of what the file computes."""
    inside: frozenset[Path]
    """The package files that its statements import."""
    outside: frozenset[str]
    """The libraries (of `LIBRARIES`) that they import."""


def code(script: str | Path, loaded: Iterable[str] = ()) -> list[str]:
    """Return an entry for the script, and each package file and library that it reaches: name and digest or version.

    Args:
        script: the job's script.
        loaded: the members that the job loads by name, such as ``architectures/lenet5``.
    """
    reached: dict[Path, str] = {}
    libraries: set[str] = set()
    waiting = [Path(script), *(file for member in loaded for file in member_files(member))]
    while waiting:
        file = waiting.pop()
        if file not in reached:
            found = source(file)
            reached[file] = found.digest
            libraries |= found.outside
            waiting += found.inside
    entries = [f"{name_of(file)} {computed}" for file, computed in reached.items()]
    return sorted(entries) + sorted(f"{LIBRARIES[name]} {version(LIBRARIES[name])}" for name in libraries)


def name_of(file: Path) -> str:
    """Return a file's path in the package or in a user's folder of members, or a script's name."""
    places = (PACKAGE, *members.folders()[1:])
    return next((file.relative_to(place).as_posix() for place in places if file.is_relative_to(place)), file.name)


@cache
def source(file: Path) -> Source:
    """Read a Python file once for all jobs that reach it."""
    tree = ast.parse(file.read_bytes())
    inside, outside = imports(tree)
    return Source(_short(canonical(tree).encode()), inside, outside)


def imports(tree: ast.AST) -> tuple[frozenset[Path], frozenset[str]]:
    """Return the package files and the libraries (of `LIBRARIES`) that the statements of a file import."""
    inside: set[Path] = set()
    outside: set[str] = set()
    for node in statements(tree):
        match node:
            case ast.Import(names=aliases):
                modules = [alias.name for alias in aliases]
            case ast.ImportFrom(module=str(module), names=aliases, level=0):
                # `from package import name` may import a module or something inside the package.
                modules = [module, *(f"{module}.{alias.name}" for alias in aliases)]
            case _:
                continue
        for module in modules:
            top, *rest = module.split(".")
            if top == PACKAGE.name:
                inside |= module_files(rest)
            elif top in LIBRARIES:
                outside.add(top)
    return frozenset(inside), frozenset(outside)


def member_files(member: str) -> set[Path]:
    """Return the files that importing a member runs: those of a module of this package, or a user's single file."""
    file = members.file_of(member)
    return module_files(member.split("/")) if file.is_relative_to(members.PACKAGE) else {file}


def module_files(parts: list[str]) -> set[Path]:
    """Return the files that importing a module of this package runs: its own and its packages' `__init__.py`."""
    # The top __init__.py has no name or value that a result depends on.
    found = {PACKAGE.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)}
    found.add(PACKAGE.joinpath(*parts).with_suffix(".py"))
    return {file for file in found if file.is_file()}


@cache
def digest(file: Path) -> str:
    """Return the first 12 hexadecimal digits of the SHA-256 of a file that is no code: a table, a template."""
    return _short(file.read_bytes())


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


@cache
def version(distribution: str) -> str:
    """Return the installed version of a distribution, without its build tag (the `+cpu` of torch)."""
    return metadata.version(distribution).partition("+")[0]
