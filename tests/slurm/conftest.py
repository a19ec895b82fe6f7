import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.slurm.node import Node, missing


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    """A Slurm of one node, or the reason why there is none."""
    pytest.importorskip("snakemake_executor_plugin_slurm", reason="make test-slurm installs the plugin")
    if reason := missing():
        pytest.skip(reason)
    # Of a short path: pytest's own folders are too deep for a socket's name.
    with tempfile.TemporaryDirectory(prefix="slurm") as folder, Node(Path(folder)) as opened:
        yield opened
