import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.slurm.node import Node, missing


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    """A Slurm with one node; skips the test with a reason if there is none."""
    pytest.importorskip("snakemake_executor_plugin_slurm", reason="make test-slurm installs the plugin")
    if reason := missing():
        pytest.skip(reason)
    # pytest's folders are too deep for the path of a socket.
    with tempfile.TemporaryDirectory(prefix="slurm") as folder, Node(Path(folder)) as opened:
        yield opened
