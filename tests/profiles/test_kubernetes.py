"""The profile for Kubernetes, tested without a cluster: its plan, and jobs without a shared file system."""

import shutil

import pytest

from tests.profiles.plans import plan_of
from tests.workflow.conftest import SMOKE
from tests.workflow.project import Project

for plugin in ("snakemake_executor_plugin_kubernetes", "snakemake_storage_plugin_fs"):
    pytest.importorskip(plugin, reason="make test-profiles installs the plugins")

LOGITS = "results/logits/mnist/lenet5/standard/0/float16/digits.npz"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return Project.copied(tmp_path_factory.mktemp("profiles"))


def test_the_smoke_study_needs_few_pods(project):
    plan = plan_of(project.snakemake("-n", "--profile", "profiles/kubernetes", *SMOKE))
    assert plan.jobs > 180
    assert plan.submitted < 30
    assert set(plan.alone) == {"train", "retrain"}


def test_files_may_be_in_remote_storage(project, tmp_path):
    if shutil.which("rsync") is None:
        pytest.skip("the storage plugin needs rsync")
    # The profile's storage, but with local jobs: each works on its own copies.
    stored = tmp_path / "stored"
    outcome = project.snakemake(
        *("--cores", "2", "--shared-fs-usage", "none", "--local-storage-prefix", str(tmp_path / "copies")),
        *("--default-storage-provider", "fs", "--default-storage-prefix", str(stored)),
        *(*SMOKE, "--", LOGITS),
    )
    assert outcome.code == 0, outcome.output[-3000:]
    assert (stored / LOGITS).exists()
    assert (stored / "results/logs/train/mnist/lenet5/standard/0.log").stat().st_size > 0
    assert not (project.folder / "results/models").exists()
