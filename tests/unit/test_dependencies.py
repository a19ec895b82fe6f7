"""Imported distributions are declared, declared ones are imported, and the lock files contain the declared ones."""

import ast
import sys
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from quantshift.jobs.code_digest import LIBRARIES

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Snakemake imports this only for its report.
NEVER_IMPORTED = {"pygments"}
OWN = {"quantshift", "tests", "simulated_studies"}


def declared(requirements: list[str]) -> dict[str, Requirement]:
    parsed = [Requirement(text) for text in requirements]
    return {canonicalize_name(requirement.name): requirement for requirement in parsed}


RUN = declared(PROJECT["dependencies"])
EXTRAS = {name: declared(requirements) for name, requirements in PROJECT["optional-dependencies"].items()}
# `make setup` installs this extra too, so its versions are in requirements.lock.
TRAINING = EXTRAS.pop("training")


@cache
def distributions() -> dict[str, set[str]]:
    return {name: set(map(canonicalize_name, names)) for name, names in metadata.packages_distributions().items()}


def imported(*folders: str) -> set[str]:
    """Return the distributions that Python files import, anywhere in the file."""
    names: set[str] = set()
    for file in (file for folder in folders for file in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Import(names=aliases):
                    modules = [alias.name for alias in aliases]
                case ast.ImportFrom(module=str(module), level=0):
                    modules = [module]
                case _:
                    continue
            for top in {module.partition(".")[0] for module in modules} - OWN - sys.stdlib_module_names:
                names |= distributions().get(top, {f"(no installed distribution has {top}, which {file.name} imports)"})
    return names


def locked(file: str) -> dict[str, str]:
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def test_the_declared_dependencies_are_those_that_the_package_imports() -> None:
    assert imported("src", "workflow") == {*RUN, *TRAINING} - NEVER_IMPORTED


def test_imports_of_tests_and_benchmarks_are_declared() -> None:
    assert imported("tests", "benchmarks") <= {*RUN, *TRAINING, *EXTRAS["test"]}


@pytest.mark.parametrize("extra", [None, *EXTRAS])
def test_the_lock_files_satisfy_the_declared_ranges(extra: str | None) -> None:
    versions = locked("requirements.lock") | (locked(f"requirements-{extra}.lock") if extra else {})
    for name, requirement in (EXTRAS[extra] if extra else RUN | TRAINING).items():
        assert name in versions
        assert requirement.specifier.contains(versions[name]), f"{requirement} and {name}=={versions[name]}"


def test_every_library_with_a_recorded_version_is_a_dependency() -> None:
    assert set(map(canonicalize_name, LIBRARIES.values())) <= {*RUN, *TRAINING}
