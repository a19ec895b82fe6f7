"""What a job took, as the last line of its log tells it.

Snakemake's own record is of the process that it started: its CPU time and memory are not the job's where that was
forked (see `quantshift.jobs.fork_server`).
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

TOLD = re.compile(r"^done in ([0-9.]+) s, ([0-9.]+) s of CPU(?:, ([0-9]+) MB at most)?$", re.MULTILINE)


@dataclass(frozen=True)
class Taken:
    """What a job's work took, without the start of its process.

    Attributes:
        seconds: how long it took.
        cpu_seconds: CPU time, of all its threads.
        megabytes: the most memory that it had at a time, in MB of 2^20 bytes; 0 where an older log does not tell.
    """

    seconds: float
    cpu_seconds: float
    megabytes: int

    def __str__(self) -> str:
        """Return the line that ends a log.

        >>> str(Taken(2.5, 2.25, 180))
        'done in 2.50 s, 2.25 s of CPU, 180 MB at most'
        """
        return f"done in {self.seconds:.2f} s, {self.cpu_seconds:.2f} s of CPU, {self.megabytes} MB at most"

    @classmethod
    def told(cls, log: Path) -> Self | None:
        """Return what a log tells in its last such line, or None where there is none: the job is not done."""
        if not log.is_file():
            return None
        found = TOLD.findall(log.read_text(encoding="utf-8", errors="replace"))
        if not found:
            return None
        seconds, cpu_seconds, megabytes = found[-1]
        return cls(float(seconds), float(cpu_seconds), int(megabytes or 0))
