"""The smoke study, run once for all tests."""

import fcntl
import shutil

import pytest

from tests.workflow.project import Project

SMOKE = ("--configfile", "config/smoke.yaml")


@pytest.fixture(scope="session")
def smoke(tmp_path_factory, worker_id) -> Project:
    """The smoke study, run once from scratch; each process has a copy, and tests that change it must restore it."""
    folder = tmp_path_factory.mktemp("smoke") / "study"
    if worker_id == "master":
        project = Project.copied(folder)
        project.run(*SMOKE)
        return project
    shared = tmp_path_factory.getbasetemp().parent / "smoke"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            project = Project.copied(shared.with_suffix(".unfinished"))
            project.run(*SMOKE)
            project.folder.rename(shared)
    shutil.copytree(shared, folder, symlinks=True)
    return Project(folder)


@pytest.fixture
def changed(smoke):
    """The smoke study, whose files are restored after the test."""
    originals = {
        file: file.read_bytes()
        for folder in ("src", "config", "workflow")
        for file in (smoke.folder / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    yield smoke
    for folder in ("src", "config", "workflow"):
        for file in (smoke.folder / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts and file not in originals:
                file.unlink()
    for file, content in originals.items():
        if file.read_bytes() != content:
            file.write_bytes(content)


def pytest_collection_modifyitems(items):
    """Start with tests that do not need the smoke study: they run while it is built, so nothing long remains."""
    items.sort(key=lambda item: "smoke" in item.fixturenames)
