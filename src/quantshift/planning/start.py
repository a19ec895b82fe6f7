"""Measure how long a job's process takes to start."""

import ast
import os
import subprocess
import sys
from pathlib import Path

from quantshift.jobs.fork_server.imports import imports

# Snakemake makes a script import this before its first line if it passes an object of this name.
PREAMBLE = "import snakemake.script"
OBJECT = "snakemake"


def start(script: Path) -> float:
    """Return the CPU seconds until a script's imports are done, the shorter of two tries.

    This is how jobs start on a cluster. Forked jobs start faster (see `quantshift.jobs.fork_server`), as the records of
    a finished run show.
    """
    command = [sys.executable, "-c", start_code(script)]
    tries = []
    for _ in range(2):
        before = os.times()
        subprocess.run(command, check=True)
        after = os.times()
        tries.append(sum(after[2:4]) - sum(before[2:4]))  # only the child's CPU time
    return min(tries)


def start_code(script: Path) -> str:
    """Return the imports before a script's work: those of Snakemake and those at the top of the script."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    uses_object = any(isinstance(node, ast.Name) and node.id == OBJECT for node in ast.walk(tree))
    return "\n".join([PREAMBLE, *imports(script)] if uses_object else imports(script))
