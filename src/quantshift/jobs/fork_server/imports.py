"""What a script imports at its top, as source: without running any of its work."""

import ast
from pathlib import Path


def imports(script: Path) -> list[str]:
    """Return the import statements at the top level of a script, in their order."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    return [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
