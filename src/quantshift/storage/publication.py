"""The check whether this process may put a finished file in place (standard library only).

A job must not publish if its Snakemake is gone or regards it as failed, or if a newer job writes the same outputs:
it would overwrite the newer result, and Snakemake would not notice.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from quantshift.core import owner
from quantshift.core.errors import RunError
from quantshift.storage.lease import Lease

# The lease of the job that this process runs, if it runs one.
_LEASES: list[Lease] = []


class OrphanedError(RunError):
    """The job's Snakemake or the process that waits for the job is gone, or a newer job writes its outputs."""


@contextlib.contextmanager
def under(lease: Lease) -> Iterator[None]:
    """Publish under a job's lease until the block ends."""
    _LEASES.append(lease)
    try:
        yield
    finally:
        _LEASES.remove(lease)
        lease.close()


@contextlib.contextmanager
def alone() -> Iterator[bool]:
    """Yield whether this process runs a job and no newer job has the same outputs; none starts until the block ends."""
    with contextlib.ExitStack() as stack:
        rights = [stack.enter_context(lease.held()) for lease in _LEASES]
        yield bool(rights) and all(rights)


@contextlib.contextmanager
def permitted(target: Path) -> Iterator[None]:
    """Guard the block that puts `target` in place.

    Raises:
        OrphanedError: this process may not publish.
    """
    with contextlib.ExitStack() as stack:
        rights = [stack.enter_context(lease.held()) for lease in _LEASES]
        if not all(rights):
            raise OrphanedError(f"{target} is not written: a newer job writes it (this job is from an earlier run)")
        if not owner.alive():
            raise OrphanedError(
                f"{target} is not written: the run that started this job has ended; repeat it to create the file"
            )
        if not owner.awaited():
            raise OrphanedError(
                f"{target} is not written: the process that waited for this job was killed, so the job counts as "
                "failed; repeat the run to create the file"
            )
        yield
