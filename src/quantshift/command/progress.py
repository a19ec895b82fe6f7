"""Steps done and time left of a run, in a line that a terminal rewrites and a file gets from time to time."""

import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import TextIO

from quantshift.command.run import Event

# The time left is not shown before this number of steps, since it would change by much.
LEAST_STEPS = 3
# Seconds between two lines where lines cannot be rewritten.
INTERVAL = 10.0


def seconds_left(waiting: Mapping[str, int], durations: Mapping[str, Sequence[float]], cores: int) -> float | None:
    """Return about how many seconds the waiting jobs need, or None if too few jobs have finished.

    Args:
        waiting: number of jobs of each rule that have not finished.
        durations: seconds of the finished jobs by rule; rules without one are estimated by all jobs.
        cores: jobs that run at a time.

    >>> seconds_left({"quantize": 4, "report": 1}, {"quantize": [1.0, 2.0], "graph": [3.0]}, 2)
    4.0
    """
    finished = [seconds for rule in durations.values() for seconds in rule]
    if len(finished) < LEAST_STEPS:
        return None
    mean = {rule: fmean(seconds) for rule, seconds in durations.items() if seconds}
    work = sum(count * mean.get(rule, fmean(finished)) for rule, count in waiting.items())
    return work / max(1, min(cores, sum(waiting.values())))


def duration(seconds: float) -> str:
    """Return a duration in words.

    >>> duration(0.4), duration(84), duration(7000)
    ('1 s', '84 s', '1 h 57 min')
    """
    minutes = round(seconds / 60)
    if seconds < 120:
        return f"{max(1, round(seconds))} s"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


class Progress:
    """The progress of a run, from its events."""

    def __init__(self, cores: int, stream: TextIO = sys.stderr, clock: Callable[[], float] = time.monotonic) -> None:
        """Start without events.

        Args:
            cores: jobs that run at a time.
            stream: where lines go; a terminal shows one line, which is rewritten.
            clock: function that returns the time in seconds.
        """
        self.cores, self.stream, self.clock = cores, stream, clock
        self.waiting: Counter[str] = Counter()
        self.started: dict[int, tuple[str, float]] = {}
        self.durations: dict[str, list[float]] = defaultdict(list)
        self.done, self.total = 0, 0
        self.began = self.shown_at = clock()
        self.rewrites = stream.isatty()

    def __call__(self, event: Event) -> None:
        """Record an event, and show the progress if it has changed."""
        match event["kind"]:
            case "run_info" if not self.total:
                self.waiting.update({rule: count for rule, count in event["stats"].items() if rule != "total"})
                self.total = event["stats"]["total"]
                self.show(always=True)
            case "job_info":
                self.started[event["jobid"]] = (event["rule_name"], self.clock())
            case "job_finished":
                rule, start = self.started.pop(event["job_id"])
                self.durations[rule].append(self.clock() - start)
                self.waiting[rule] -= 1
            case "progress":
                self.done, self.total = event["done"], event["total"]
                self.show(always=self.done == self.total)

    def line(self) -> str:
        """Return the progress in words."""
        steps = f"{self.done} of {self.total} steps"
        left = seconds_left(self.waiting, self.durations, self.cores)
        return steps if left is None or self.done == self.total else f"{steps}, about {duration(left)} left"

    def show(self, *, always: bool) -> None:
        """Show the progress: on a terminal at once, elsewhere after a while or if `always`."""
        if self.rewrites:
            self.stream.write(f"\r\x1b[K{self.line()}")
        elif always or self.clock() - self.shown_at >= INTERVAL:
            self.stream.write(f"{self.line()}\n")
            self.shown_at = self.clock()
        self.stream.flush()

    def seconds(self) -> float:
        """Return the seconds since the start."""
        return self.clock() - self.began

    def end(self) -> None:
        """Remove the line from a terminal."""
        if self.rewrites:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
