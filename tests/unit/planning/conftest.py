import pytest

from quantshift.planning import workflow
from quantshift.planning.job import Job
from quantshift.study import Study


@pytest.fixture
def study(root):
    """Return a function that returns the study of a shipped config; the thorough one has many kinds of sizes."""

    def build(name="thorough"):
        return Study(workflow.merged(root, [root / f"config/{name}.yaml"]))

    return build


@pytest.fixture
def job():
    """Return a function that returns a job of a rule; wildcards default to those of a LeNet-5."""

    def build(rule, number=1, threads=1, needs=(), memory=0, priority=0, outputs=("out",), **names):
        model = {"dataset": "mnist", "architecture": "lenet5", "method": "standard", "seed": "0"}
        return Job(number, rule, model | names, threads, priority, memory, outputs, "", "", needs)

    return build
