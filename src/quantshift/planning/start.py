"""How long a job's process takes to start, measured on the spot."""

import ast
import os
import subprocess
import sys
from pathlib import Path

# What Snakemake has a script load before its own first line.
LOADED = "import snakemake.script"


def start(script: Path) -> float:
    """Return the seconds of CPU until a script's imports are done, the shorter of two tries."""
    command = [sys.executable, "-c", f"{LOADED}\n{imports(script)}"]
    tries = []
    for _ in range(2):
        before = os.times()
        subprocess.run(command, check=True)
        after = os.times()
        tries.append(sum(after[2:4]) - sum(before[2:4]))  # of the child: other programs do not count
    return min(tries)


def imports(script: Path) -> str:
    """Return the imports at the top of a script."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    return "\n".join(ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom))
