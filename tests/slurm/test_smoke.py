"""The smoke study with profiles/slurm on a real Slurm: few jobs, and the same tables as on this machine."""

import pandas as pd
import pytest

from tests.slurm.submitting import jobs, submit
from tests.workflow.conftest import SMOKE
from tests.workflow.project import Project
from tests.workflow.test_determinism import tables


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> Project:
    """The study, run on this machine."""
    project = Project.copied(tmp_path_factory.mktemp("here"))
    run = project.start("--cores", "2", *SMOKE)
    output, _ = run.communicate()
    assert run.returncode == 0, output[-6000:]
    return project


@pytest.fixture(scope="module")
def there(tmp_path_factory) -> Project:
    """A copy of the project for the study with jobs on the node."""
    return Project.copied(tmp_path_factory.mktemp("there"))


@pytest.fixture(scope="module")
def submitted(there, node) -> pd.DataFrame:
    """The jobs that the node got for the study."""
    before = len(jobs(node))
    submit(there, node, *SMOKE)
    return jobs(node)[before:]


@pytest.mark.usefixtures("submitted")
def test_a_cluster_gives_the_same_tables(here, there):
    expected, actual = tables(here), tables(there)
    assert len(expected) == 6
    assert sorted(expected) == sorted(actual)
    assert [name for name in expected if expected[name] != actual[name]] == []


def test_the_study_submits_few_jobs(submitted):
    assert set(submitted["state"]) == {"COMPLETED"}
    assert 16 <= len(submitted) < 20
    # The jobs of a group run one after another, so the group requests the resources of one of them.
    assert set(submitted["cores"]) == {1}
    assert submitted["memory"].max() <= 3000


@pytest.mark.usefixtures("submitted")
def test_logs_are_preserved(there):
    folder = there.folder / "results/logs/slurm"
    logs = {file.parent.name.partition("_")[0] for file in folder.rglob("*.log") if file.stat().st_size}
    assert {"group", "mnist", "imdb"} <= logs
    assert (there.folder / "results/logs/train/mnist/lenet5/standard/0.log").exists()


@pytest.mark.usefixtures("submitted")
def test_a_second_run_submits_nothing(there, node):
    before = len(jobs(node))
    assert "Nothing to be done" in submit(there, node, *SMOKE)
    assert len(jobs(node)) == before
