"""The code that a job runs: package files and library versions that its script imports (standard library only).

Rules carry this list as a parameter, so that an edited file reruns exactly the stages that use it. The list is derived
from the import statements, so it cannot become outdated. Reruns are triggered by content (see
`quantshift.jobs.syntax`), not by timestamps: a fresh clone, a switched branch or a corrected comment reruns nothing.
Snakemake's reason for a rerun names the file.

The facts about a data set are data, but count like code: by their values, whatever the layout and the comments of their
file. A job that imports a data set's reader depends on its facts too, since the reader may look them up.
"""

import ast
import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from quantshift.core import members, toml_file
from quantshift.core.dataset_facts import canonical_facts
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
    """The digest of a file and what it uses, collected in one pass because parsing dominates the time."""

    digest: str
    """The first 12 hexadecimal digits of the SHA-256 of the file's canonical form."""
    files: frozenset[Path]
    """The package files that the file imports, and the file with the facts about the data set that it reads."""
    libraries: frozenset[str]
    """The libraries (keys of `LIBRARIES`) that the file imports."""


def code(script: str | Path, loaded: Iterable[str] = ()) -> list[str]:
    """Return an entry for the script and each package file and library it imports: name and digest or version.

    Args:
        script: the job's script.
        loaded: the members that the job loads by name, such as ``architectures/lenet5``, and the facts that it looks
            up, such as ``datasets/mnist.toml``.
    """
    reached: dict[Path, str] = {}
    libraries: set[str] = set()
    waiting = [Path(script), *(file for member in loaded for file in member_files(member))]
    while waiting:
        file = waiting.pop()
        if file not in reached:
            imported = source(file)
            reached[file] = imported.digest
            libraries |= imported.libraries
            waiting += imported.files
    entries = [f"{name_of(file)} {file_digest}" for file, file_digest in reached.items()]
    return sorted(entries) + sorted(f"{LIBRARIES[name]} {version(LIBRARIES[name])}" for name in libraries)


def name_of(file: Path) -> str:
    """Return a file's path within the package or a user's folder of members, or just the file name of a script."""
    places = (PACKAGE, *members.folders()[1:])
    return next((file.relative_to(place).as_posix() for place in places if file.is_relative_to(place)), file.name)


@cache
def source(file: Path) -> Source:
    """Read a Python file, or a file with the facts about a data set, once for all jobs that reach it."""
    if file.suffix == members.FACTS_SUFFIX:
        values = toml_file.read(file, members.display_path(file))
        return Source(_short(canonical_facts(values).encode()), frozenset(), frozenset())
    tree = ast.parse(file.read_bytes())
    files, libraries = imports(tree)
    facts = file.with_suffix(members.FACTS_SUFFIX)
    if file.parent.name == "datasets" and facts.is_file():
        files |= {facts}
    return Source(_short(canonical(tree).encode()), files, libraries)


def imports(tree: ast.AST) -> tuple[frozenset[Path], frozenset[str]]:
    """Return the package files and the libraries (keys of `LIBRARIES`) that a file imports."""
    files: set[Path] = set()
    libraries: set[str] = set()
    for node in statements(tree):
        match node:
            case ast.Import(names=aliases):
                modules = [alias.name for alias in aliases]
            case ast.ImportFrom(module=str(module), names=aliases, level=0):
                # `from package import name` may import a module or an attribute of the package.
                modules = [module, *(f"{module}.{alias.name}" for alias in aliases)]
            case _:
                continue
        for module in modules:
            top, *rest = module.split(".")
            if top == PACKAGE.name:
                files |= module_files(rest)
            elif top in LIBRARIES:
                libraries.add(top)
    return frozenset(files), frozenset(libraries)


def member_files(member: str) -> set[Path]:
    """Return the files that importing a member runs: those of a module in this package, or a single file of a user.

    For the facts about a data set, such as ``datasets/mnist.toml``, return their file.
    """
    name = member.removesuffix(members.FACTS_SUFFIX)
    file = members.file_of(name)
    in_package = file.is_relative_to(members.PACKAGE)
    if name != member:
        return {PACKAGE / member if in_package else file.with_suffix(members.FACTS_SUFFIX)}
    return module_files(member.split("/")) if in_package else {file}


def module_files(parts: list[str]) -> set[Path]:
    """Return the files that importing a module of this package runs: the module and its packages' `__init__.py`."""
    # No result depends on the top-level __init__.py.
    candidates = {PACKAGE.joinpath(*parts[:depth], "__init__.py") for depth in range(1, len(parts) + 1)}
    candidates.add(PACKAGE.joinpath(*parts).with_suffix(".py"))
    return {file for file in candidates if file.is_file()}


@cache
def digest(file: Path) -> str:
    """Return the first 12 hexadecimal digits of the SHA-256 of a file that is not code, such as a table or template."""
    return _short(file.read_bytes())


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


@cache
def version(distribution: str) -> str:
    """Return the installed version of a distribution, without a build tag such as the `+cpu` of torch."""
    return metadata.version(distribution).partition("+")[0]
