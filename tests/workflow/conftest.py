"""The smoke study, run once for all tests."""

import fcntl
import shutil

import pytest

from tests.workflow.project import Project

SMOKE = ("--configfile", "config/smoke.yaml")


@pytest.fixture(scope="session")
def smoke(tmp_path_factory, worker_id) -> Project:
    """The smoke study, run once from nothing; each process has a copy, and tests that change it must put it back."""
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
    """The smoke study, with its files put back after the test."""
    kept = {
        file: file.read_bytes()
        for folder in ("src", "config", "workflow")
        for file in (smoke.folder / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    yield smoke
    for folder in ("src", "config", "workflow"):
        for file in (smoke.folder / folder).rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts and file not in kept:
                file.unlink()
    for file, content in kept.items():
        if file.read_bytes() != content:
            file.write_bytes(content)


def pytest_collection_modifyitems(items):
    """Begin with what has no need of the smoke study: it is run beside that, and nothing long is left for the end."""
    items.sort(key=lambda item: "smoke" in item.fixturenames)
