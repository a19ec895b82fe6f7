"""Run snakemake with jobs on the node, and read the node's list of jobs."""

import subprocess
import sys

import pandas as pd

from tests.slurm.node import Node
from tests.workflow.project import Project

# For a test cluster: a small node, no accounting, and no other users whom frequent queries would disturb.
SETTINGS = (
    *("--profile", "profiles/slurm", "--cores", "2", "--local-cores", "2"),
    *("--slurm-status-command", "squeue", "--slurm-no-account"),
    *("--slurm-init-seconds-before-status-checks", "3", "--seconds-between-status-checks", "3"),
)


def submit(project: Project, node: Node, *arguments: str) -> str:
    """Run snakemake in the copy of the project with the jobs on the node; return its output."""
    environment = {**node.environment, "PYTHONPATH": str(project.folder / "src")}
    # Each job starts Python several times, and must not compile the package each time.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", *SETTINGS, *arguments],
        cwd=project.folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    return done.stdout


def jobs(node: Node) -> pd.DataFrame:
    """Return the node's jobs in order: number, state, cores, memory (MB), minutes."""
    line_format = "%i|%T|%C|%m|%l"
    output = node.command("squeue", "--states=all", "--noheader", f"--format={line_format}").stdout
    rows = [line.strip().split("|") for line in output.splitlines()]
    table = pd.DataFrame(rows, columns=["job", "state", "cores", "memory", "minutes"])
    table["memory"] = table["memory"].str.removesuffix("M")
    table["minutes"] = [minutes(time) for time in table["minutes"]]
    return table.astype({"job": int, "cores": int, "memory": int}).sort_values("job", ignore_index=True)


def minutes(time: str) -> int:
    """Return the minutes of a time limit in Slurm's format ``[[days-]hours:]minutes:seconds``."""
    days, _, rest = time.rpartition("-")
    *hours, minute, _ = (int(part) for part in rest.split(":"))
    return (int(days or 0) * 24 + (hours[0] if hours else 0)) * 60 + minute
