"""A user's file is treated without torch, which an installation may lack."""

import subprocess
import sys
from pathlib import Path

import quantshift.models.given


def test_no_module_imports_torch() -> None:
    folder = Path(quantshift.models.given.__file__).parent
    modules = [f"quantshift.models.given.{file.stem}" for file in sorted(folder.glob("[a-z]*.py"))]
    program = f"import sys, {', '.join(modules)}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
