"""A job whose Snakemake was killed ends and publishes nothing: no newer result is overwritten."""

import os
import shutil
import signal
import time

import pytest

from quantshift.core.owner import start_of
from quantshift.jobs.fork_server.client import ADDRESS, OFF
from tests.workflow.project import Project

# Two more rules in the style of the study's rules: a script with a command line, and one with `script:`.
RULES = """

rule forked:
    output:
        "results/forked/early",
        "results/forked/late",
    log:
        "results/logs/forked.log",
    shell:
        "{START}/forked.py --log {log:q} --output {output:q}"


rule scripted:
    output:
        "results/scripted/early",
        "results/scripted/late",
    log:
        "results/logs/scripted.log",
    script:
        "workflow/scripts/scripted.py"
"""
# The first time, the job computes in C for very long between its two outputs, without releasing the GIL.
WORK = """
    early, late = {output}
    content = b"newer" if Path("results/number").exists() else b"orphan's"
    write_bytes(early, content)
    write_bytes("results/number", str(os.getpid()).encode())
    if content == b"orphan's":
        sum(range(10**12))
    write_bytes(late, content)
"""
HEAD = """
import os
from pathlib import Path
from quantshift.storage.files import write_bytes
from quantshift.jobs.job import job
"""
SCRIPTS = {
    "forked": HEAD
    + "from quantshift.jobs.arguments import parse_arguments\n"
    + "arguments = parse_arguments(__doc__, log=Path, output=[Path])\nwith job(arguments.log):"
    + WORK.format(output="arguments.output"),
    "scripted": HEAD + "with job(snakemake.log[0]):" + WORK.format(output="snakemake.output"),
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
    target = f"results/{rule}/late"
    number, folder = project.folder / "results/number", project.folder / "results" / rule
    number.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    run = project.start("--cores", "1", target)
    deadline = time.monotonic() + 60
    while not number.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    job = int(number.read_text(encoding="utf-8"))
    time.sleep(1)
    assert start_of(job) is not None
    # Only Snakemake: the shell, the client and the job get no signal.
    os.kill(run.pid, signal.SIGKILL)
    began = time.monotonic()
    run.communicate(timeout=60)  # returns when no process has the job's output open
    while start_of(job) is not None:
        time.sleep(0.05)
        assert time.monotonic() - began < 5
    assert [file.name for file in folder.iterdir()] == ["early"]
    project.snakemake("--unlock", target)
    project.run(target, cores=1)
    # The output that the orphan published before Snakemake was killed is recreated, too.
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {"early": b"newer", "late": b"newer"}
    assert "Nothing to be done" in project.plan(target).output
