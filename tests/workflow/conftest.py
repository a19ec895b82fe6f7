import pytest

from tests.workflow.project import Project

SMOKE = ("--configfile", "config/smoke.yaml")


@pytest.fixture(scope="session")
def smoke(tmp_path_factory) -> Project:
    """The smoke study, run once from nothing; tests that change it must put it back."""
    project = Project(tmp_path_factory.mktemp("smoke"))
    project.run(*SMOKE)
    return project


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


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Let one process have all tests of the smoke study, which is run once, while another has the rest."""
    for item in items:
        group = "smoke" if "smoke" in item.fixturenames else item.path.stem
        item.add_marker(pytest.mark.xdist_group(group))
