"""The top-level imports of a script, as source text."""

import ast
from pathlib import Path


def imports(script: Path) -> list[str]:
    """Return the import statements at the top level of a script, in order, without running the script."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    return [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
