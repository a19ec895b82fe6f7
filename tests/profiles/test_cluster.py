"""The profiles for Slurm and for a generic cluster command."""

import json
import os
import time
from pathlib import Path

import pytest

from tests.profiles.plans import plan_of
from tests.workflow.conftest import SMOKE
from tests.workflow.project import Project

for plugin in ("slurm", "cluster_generic"):
    pytest.importorskip(f"snakemake_executor_plugin_{plugin}", reason="make test-profiles installs the plugins")

# Accepts PBS's options, runs the script at once in the background and prints the job's number, like qsub.
QSUB = """#!{python}
import json, subprocess, sys, time
from pathlib import Path

*options, script = sys.argv[1:]
record = Path({record!r})
number = len(record.read_text().splitlines()) + 1 if record.exists() else 1
with record.open("a") as file:
    print(json.dumps(options), file=file)
subprocess.Popen(["sh", script], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
print(f"{{number}}.server")
"""
TARGETS = [f"results/shifts/mnist/mnist_c/{shift}/inputs.npy" for shift in ("fog/5", "stripe/0")]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return Project.copied(tmp_path_factory.mktemp("profiles"))


@pytest.mark.parametrize("name", ["slurm", "cluster_generic"])
def test_the_smoke_study_submits_few_jobs(project, name):
    plan = plan_of(project.snakemake("-n", "--profile", f"profiles/{name}", *SMOKE))
    assert plan.jobs > 180
    assert plan.submitted < 30
    assert set(plan.alone) == {"train", "retrain"}
    groups = {min(group.models): set(group.rules) for group in plan.groups if group.name == "model"}
    assert groups["mnist/lenet5/standard/0"] == {"export", "quantize", "inspect", "evaluate", "compare", "detect"}
    assert groups["mnist/lenet5/standard.held_out/0"] == {"export", "quantize", "evaluate"}


@pytest.mark.parametrize("config", ["config/smoke.yaml", "config/paper.yaml"])
def test_each_model_is_one_job_of_a_cluster(project, config):
    plan = plan_of(project.snakemake("-n", "--profile", "profiles/slurm", "--configfile", config))
    models = [group for group in plan.groups if group.name == "model"]
    # Models and their retrained versions are in separate groups, as are different models.
    assert {len(group.models) for group in models} == {1}
    assert len({min(group.models) for group in models}) == len(models)
    assert {group.rules.count("export") for group in models} == {1}


@pytest.mark.parametrize("config", ["config/config.yaml", "config/paper.yaml"])
def test_no_group_waits_for_itself(project, config):
    began = time.monotonic()
    plan = plan_of(project.snakemake("-n", "--profile", "profiles/slurm", "--configfile", config))
    assert plan.jobs > 1000
    # Two for each model: its training, and all other jobs. Then four data sets, retraining, and the tables and figures.
    assert plan.submitted == 2 * len(plan.alone) + 4 + 2
    assert time.monotonic() - began < 300


def test_only_training_requests_a_gpu(project):
    outcome = project.snakemake("-n", "--profile", "profiles/slurm", *SMOKE, "--config", "device=cuda")
    blocks = outcome.output.split("\nrule ")[1:]
    rules = {block.partition(":")[0] for block in blocks if "gpu=1" in block.partition("\n[")[0]}
    assert rules == {"train", "retrain"}
    assert outcome.output.count("gpu=1") == 5 + 2  # trainings and retrainings


def test_a_cluster_command_runs_the_jobs(project, monkeypatch):
    folder = project.folder
    record = folder / "submitted.txt"
    (folder / "bin").mkdir()
    qsub = folder / "bin/qsub"
    qsub.write_text(QSUB.format(python=Path(os.sys.executable), record=str(record)), encoding="utf-8")
    qsub.chmod(0o755)
    monkeypatch.setenv("PATH", f"{qsub.parent}:{os.environ['PATH']}")
    outcome = project.snakemake("--profile", "profiles/cluster_generic", "--latency-wait", "10", *SMOKE, "--", *TARGETS)
    assert outcome.code == 0, outcome.output[-3000:]
    assert all((folder / target).exists() for target in TARGETS)
    # Splits and shifts of a data set are one submitted job, which requests the resources of its parallel jobs.
    (options,) = (json.loads(line) for line in record.read_text(encoding="utf-8").splitlines())
    assert options[options.index("-N") + 1].startswith("data_mnist")
    assert "select=1:ncpus=2:mem=3000mb" in options
    # The time of the shifts is added to that of the splits.
    assert options[-1] == f"walltime={(21 + 6) * 60}"
