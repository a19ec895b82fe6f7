"""A finished study whose files a test may damage."""

import shutil
from pathlib import Path

import pytest
from tests.stored_study import Study


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    Study(folder).make()
    return folder


@pytest.fixture
def study(finished: Path, tmp_path: Path) -> Study:
    shutil.copytree(finished / "results", tmp_path / "results")
    return Study(tmp_path)
