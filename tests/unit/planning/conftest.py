from pathlib import Path

import pytest
from tests import own_linear

from quantshift.planning import workflow
from quantshift.planning.job import Job
from quantshift.planning.planned_study import PlannedStudy

SIZES = Path(__file__).with_name("sizes.yaml")


@pytest.fixture
def study(root):
    """Return a function that returns the study of a shipped config, or by default one with many kinds of sizes."""

    def build(name=None):
        files = [root / f"config/{name}.yaml"] if name else [root / "config/thorough.yaml", SIZES]
        return PlannedStudy(workflow.merged(root, files))

    return build


@pytest.fixture
def own(root, tmp_path):
    """A user's own model and data in a folder with a config."""
    return own_linear.write(tmp_path / "own", root)


@pytest.fixture
def job():
    """Return a function that returns a job of a rule; wildcards default to those of a LeNet-5."""

    def build(rule, number=1, threads=1, needs=(), memory=0, priority=0, outputs=("out",), **names):
        model = {"dataset": "mnist", "architecture": "lenet5", "method": "standard", "seed": "0"}
        return Job(number, rule, model | names, threads, priority, memory, outputs, "", "", needs)

    return build
