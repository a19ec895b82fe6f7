"""A job whose Snakemake was killed ends and publishes nothing: no newer result is overwritten."""

import os
import signal
import time

import pytest

from quantshift.fork_server.client import ADDRESS, OFF
from quantshift.owner import start_of
from tests.workflow.project import Project

# Two rules beside those of the study, as its own are: one whose script has a command line, and one with `script:`.
RULES = """

rule forked:
    output:
        "results/forked",
    log:
        "results/logs/forked.log",
    shell:
        "{START}/forked.py --log {log:q} --output {output:q}"


rule scripted:
    output:
        "results/scripted",
    log:
        "results/logs/scripted.log",
    script:
        "workflow/scripts/scripted.py"
"""
# The first time the job computes in C for very long, and lets no other thread of its process run.
WORK = """
    first = not Path("results/number").exists()
    write_bytes("results/number", str(os.getpid()).encode())
    if first:
        sum(range(10**12))
    write_bytes({output}, b"orphan's" if first else b"newer")
"""
HEAD = """
import os
from pathlib import Path
from quantshift.files import write_bytes
from quantshift.jobs import job
"""
SCRIPTS = {
    "forked": HEAD
    + "from quantshift.command_line import arguments\n"
    + "given = arguments(__doc__, log=Path, output=Path)\nwith job(given.log):"
    + WORK.format(output="given.output"),
    "scripted": HEAD + "with job(snakemake.log[0]):" + WORK.format(output="snakemake.output[0]"),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project with two more rules."""
    copy = Project.copied(tmp_path_factory.mktemp("orphans") / "study")
    copy.edit("Snakefile", new=RULES)
    for name, text in SCRIPTS.items():
        copy.write(f"workflow/scripts/{name}.py", text)
    return copy


@pytest.mark.parametrize(("rule", "server"), [("forked", ""), ("forked", OFF), ("scripted", "")])
def test_a_job_whose_snakemake_was_killed_publishes_nothing(project, monkeypatch, rule, server):
    monkeypatch.setenv(ADDRESS, server)
    output, number = project.folder / "results" / rule, project.folder / "results/number"
    number.unlink(missing_ok=True)
    output.unlink(missing_ok=True)
    run = project.start("--cores", "1", f"results/{rule}")
    last = time.monotonic() + 60
    while not number.exists():
        assert time.monotonic() < last
        time.sleep(0.05)
    job = int(number.read_text(encoding="utf-8"))
    time.sleep(1)
    assert start_of(job) is not None
    # Snakemake alone: the shell, the client and the job are not signalled.
    os.kill(run.pid, signal.SIGKILL)
    began = time.monotonic()
    run.communicate(timeout=60)  # until no process has the output open that the job was given
    while start_of(job) is not None:
        time.sleep(0.05)
        assert time.monotonic() - began < 5
    assert not output.exists()
    project.snakemake("--unlock", f"results/{rule}")
    project.run(f"results/{rule}", cores=1)
    assert output.read_bytes() == b"newer"
    assert "Nothing to be done" in project.plan(f"results/{rule}").output
