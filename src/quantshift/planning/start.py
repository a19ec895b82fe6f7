"""How long a job's process takes to start, measured on the spot."""

import ast
import os
import subprocess
import sys
from pathlib import Path

from quantshift.jobs.fork_server.imports import imports

# What Snakemake has a script load before its own first line, where it hands it the object of that name.
LOADED = "import snakemake.script"
OBJECT = "snakemake"


def start(script: Path) -> float:
    """Return the seconds of CPU until a script's imports are done, the shorter of two tries.

    So jobs start on a cluster. Forked jobs start sooner (see `quantshift.jobs.fork_server`), as the records of a
    finished run show.
    """
    command = [sys.executable, "-c", loaded(script)]
    tries = []
    for _ in range(2):
        before = os.times()
        subprocess.run(command, check=True)
        after = os.times()
        tries.append(sum(after[2:4]) - sum(before[2:4]))  # of the child: other programs do not count
    return min(tries)


def loaded(script: Path) -> str:
    """Return what is imported before a script's work: by Snakemake, and at the top of the script."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    handed = any(isinstance(node, ast.Name) and node.id == OBJECT for node in ast.walk(tree))
    return "\n".join([LOADED, *imports(script)] if handed else imports(script))
