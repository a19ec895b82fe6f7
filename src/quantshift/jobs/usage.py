"""A job's time and memory, as the last line of its log reports them.

Snakemake records the process that it started. Where a job is forked (see `quantshift.jobs.fork_server`), that process
is only a client, and its CPU time and memory are not the job's.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

PATTERN = re.compile(r"^done in ([0-9.]+) s, ([0-9.]+) s of CPU(?:, ([0-9]+) MB at most)?$", re.MULTILINE)


@dataclass(frozen=True)
class JobUsage:
    """Time and memory that a job's work used, without the start of its process.

    Attributes:
        seconds: wall-clock time.
        cpu_seconds: CPU time of all threads.
        megabytes: peak memory, in MB of 2^20 bytes; 0 if the log is from a version that did not report it.
    """

    seconds: float
    cpu_seconds: float
    megabytes: int

    def __str__(self) -> str:
        """Return the line that ends a log.

        >>> str(JobUsage(2.5, 2.25, 180))
        'done in 2.50 s, 2.25 s of CPU, 180 MB at most'
        """
        return f"done in {self.seconds:.2f} s, {self.cpu_seconds:.2f} s of CPU, {self.megabytes} MB at most"

    @classmethod
    def from_log(cls, log: Path) -> Self | None:
        """Return the usage that the last matching line of a log reports, or None if the job has not finished."""
        if not log.is_file():
            return None
        matches = PATTERN.findall(log.read_text(encoding="utf-8", errors="replace"))
        if not matches:
            return None
        seconds, cpu_seconds, megabytes = matches[-1]
        return cls(float(seconds), float(cpu_seconds), int(megabytes or 0))
