"""What code a job runs: the package files and the library versions that its script reaches (standard library only).

Rules carry this as a parameter, so that an edited file re-runs the stages that use it and no others. The list is read
from the import statements themselves, so it cannot fall behind them; contents are compared, not times, so a fresh clone
or a switched branch re-runs nothing; and Snakemake's reason for a re-run names the file.
"""

import ast
import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

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


def code(script: str | Path, members: Iterable[str] = ()) -> list[str]:
    """Return an entry for the script, and each package file and library that it reaches: name and digest or version.

    Args:
        script: the job's script.
        members: the members that the job loads by name, such as ``architectures/lenet5``.
    """
    reached: set[Path] = set()
    libraries: set[str] = set()
    waiting = [Path(script), *(file for member in members for file in module_files(member.split("/")))]
    while waiting:
        file = waiting.pop()
        if file not in reached:
            reached.add(file)
            inside, outside = imports(file)
            libraries |= outside
            waiting += inside
    entries = [f"{name_of(file)} {digest(file)}" for file in reached]
    return sorted(entries) + sorted(f"{LIBRARIES[name]} {version(LIBRARIES[name])}" for name in libraries)


def name_of(file: Path) -> str:
    """Return a package file's path in the package, or a script's name."""
    return file.relative_to(PACKAGE).as_posix() if file.is_relative_to(PACKAGE) else file.name


@cache
def imports(file: Path) -> tuple[frozenset[Path], frozenset[str]]:
    """Return the package files and the libraries (of `LIBRARIES`) that the statements of `file` import."""
    inside: set[Path] = set()
    outside: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
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


def module_files(parts: list[str]) -> set[Path]:
    """Return the files that importing a module of this package runs: its own and its packages' `__init__.py`."""
    # The top __init__.py has no name or value that a result depends on.
    found = {PACKAGE.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)}
    found.add(PACKAGE.joinpath(*parts).with_suffix(".py"))
    return {file for file in found if file.is_file()}


@cache
def digest(file: Path) -> str:
    """Return the first 12 hexadecimal digits of the SHA-256 of a file's content."""
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12]


@cache
def version(distribution: str) -> str:
    """Return the installed version of a distribution, without its build tag (the `+cpu` of torch)."""
    return metadata.version(distribution).partition("+")[0]
