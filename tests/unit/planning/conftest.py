import pytest

from quantshift.planning import workflow
from quantshift.planning.job import Job
from quantshift.study import Study


@pytest.fixture
def study(root):
    """Return the study of a shipped config laid over the default one; the thorough one has sizes of many kinds."""

    def made(name="thorough"):
        return Study(workflow.merged(root, [root / f"config/{name}.yaml"]))

    return made


@pytest.fixture
def job():
    """Return a job of a rule with wildcards, that of a LeNet-5 where they are not given."""

    def made(rule, number=1, threads=1, needs=(), memory=0, priority=0, outputs=("out",), **names):
        model = {"dataset": "mnist", "architecture": "lenet5", "method": "standard", "seed": "0"}
        return Job(number, rule, model | names, threads, priority, memory, outputs, "", "", needs)

    return made
