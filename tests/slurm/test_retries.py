"""A job whose node fails is submitted again with more memory and time."""

import threading
import time

import pytest

from tests.slurm.submitting import jobs, submit
from tests.workflow.conftest import SMOKE
from tests.workflow.project import Project

SPLIT = "results/datasets/mnist/test/inputs.npy"


def lose_node_of_first_job(node):
    """Let the node fail as soon as a job runs on it, and resume it."""
    end = time.monotonic() + 120
    while time.monotonic() < end and not node.command("squeue", "--states=running", "--noheader").stdout.strip():
        time.sleep(0.2)
    (name,) = node.command("sinfo", "--noheader", "--format=%n").stdout.split()
    for change in (("state=down", "reason=test"), ("state=resume",)):
        done = node.command("scontrol", "update", f"nodename={name}", *change)
        assert done.returncode == 0, done.stderr


def test_a_job_survives_the_failure_of_its_node(node, tmp_path):
    project = Project.copied(tmp_path)
    before = len(jobs(node))
    failing = threading.Thread(target=lose_node_of_first_job, args=(node,))
    failing.start()
    output = submit(project, node, *SMOKE, "--", SPLIT)
    failing.join()
    assert "Trying to restart" in output
    assert (project.folder / SPLIT).exists()
    first, second = jobs(node)[before:].to_dict("records")
    assert (first["state"], second["state"]) == ("NODE_FAIL", "COMPLETED")
    for resource in ("memory", "minutes"):
        assert second[resource] == pytest.approx(2 * first[resource], abs=1)
