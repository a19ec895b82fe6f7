"""The import contracts in pyproject.toml hold, and detect a reversed import."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the package in a folder, as `make lint` does."""
    program = (
        f"import sys; sys.path.insert(0, {str(folder / 'src')!r}); "
        "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache', '--no-logo'])"
    )
    return subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package and its contracts."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(ROOT / "src/quantshift", folder / "src/quantshift", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_package_satisfies_the_contracts(package: Path) -> None:
    done = lint(package)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(
    ("file", "imported"),
    [
        ("core/names.py", "storage.files"),
        ("storage/files.py", "data.splits"),
        ("jobs/job.py", "data.splits"),
        ("training/loop.py", "analysis.masks"),
        ("tables/schemas.py", "analysis.effects.claims"),
        ("shifts/ood/ood.py", "datasets.iwildcam"),
        ("analysis/comparison.py", "training.loop"),
        ("analysis/comparison.py", "runtime.session"),
        ("decision/decide.py", "studies.arxiv_2204_04220.comparison"),
        ("figures/published.py", "report.page"),
        ("report/page.py", "configuration.check"),
        ("study.py", "planning.resources"),
        ("planning/plan.py", "command.run"),
    ],
)
def test_a_reversed_import_is_detected(package: Path, file: str, imported: str) -> None:
    edited = package / "src/quantshift" / file
    original = edited.read_text(encoding="utf-8")
    # Imports inside functions count as well.
    edited.write_text(f"{original}\n\ndef late():\n    import quantshift.{imported}\n", encoding="utf-8")
    try:
        done = lint(package)
    finally:
        edited.write_text(original, encoding="utf-8")
    assert done.returncode != 0
    assert f"quantshift.{file[:-3].replace('/', '.')} -> quantshift.{imported}" in done.stdout


def test_a_new_package_must_be_added_to_the_layers(package: Path) -> None:
    new = package / "src/quantshift/novelty.py"
    new.write_text("", encoding="utf-8")
    try:
        done = lint(package)
    finally:
        new.unlink()
    assert done.returncode != 0
    assert "novelty" in done.stdout
