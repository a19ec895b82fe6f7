"""List scheduling: whenever cores are free, the waiting job of the highest priority that fits them starts."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """What of a job decides when it runs.

    Attributes:
        seconds: how long it takes with all of its threads.
        threads: cores that it asks for.
        needs: numbers of the tasks that come before it.
        priority: of those that wait, the one with the highest starts first.
        memory: bytes that it takes while it runs.
    """

    seconds: float
    threads: int = 1
    needs: tuple[int, ...] = ()
    priority: int = 0
    memory: int = 0


@dataclass(frozen=True)
class Schedule:
    """When tasks run on a number of cores.

    Attributes:
        cores: the number of cores.
        starts: seconds from the beginning to each task's start, by number.
        ends: the same to each task's end.
        busy: share of the cores' time in which they work, 0..1.
        memory: the most bytes that the tasks of one moment take.
    """

    cores: int
    starts: Mapping[int, float]
    ends: Mapping[int, float]
    busy: float
    memory: int

    @property
    def wall(self) -> float:
        """Return the seconds until the last task ends."""
        return max(self.ends.values(), default=0.0)


def schedule(tasks: Mapping[int, Task], cores: int, between: float = 0.0) -> Schedule:
    """Return when each task runs; a task that asks for more cores than there are gets all, and takes as much longer.

    Among tasks of one priority the lower number comes first. A task that does not fit lets smaller ones pass.

    Args:
        tasks: by number.
        cores: 1 or more.
        between: seconds that the scheduler takes to start a task, one after another, on a core that waits for it.

    Raises:
        ValueError: a task needs one that is not there, or tasks wait for each other.
    """
    followers, missing = _followers(tasks)
    waiting = [(-tasks[number].priority, number) for number, count in missing.items() if count == 0]
    heapq.heapify(waiting)
    running: list[tuple[float, int]] = []
    starts: dict[int, float] = {}
    ends: dict[int, float] = {}
    now, free, taken, most = 0.0, cores, 0, 0
    started = 0.0
    while waiting or running:
        passed = []
        while waiting and free:
            entry = heapq.heappop(waiting)
            task = tasks[entry[1]]
            width = min(task.threads, cores)
            if width > free:
                passed.append(entry)
                continue
            free -= width
            taken += task.memory
            started = max(now, started) + between
            starts[entry[1]] = started
            heapq.heappush(running, (started + task.seconds * task.threads / width, entry[1]))
        for entry in passed:
            heapq.heappush(waiting, entry)
        most = max(most, taken)
        now = running[0][0]
        while running and running[0][0] == now:
            _, number = heapq.heappop(running)
            ends[number] = now
            free += min(tasks[number].threads, cores)
            taken -= tasks[number].memory
            for follower in followers[number]:
                missing[follower] -= 1
                if missing[follower] == 0:
                    heapq.heappush(waiting, (-tasks[follower].priority, follower))
    if len(ends) < len(tasks):
        raise ValueError(f"tasks wait for each other: {sorted(set(tasks) - set(ends))}")
    work = sum(task.seconds * task.threads for task in tasks.values())
    return Schedule(cores, starts, ends, work / (cores * now) if now else 0.0, most)


def longest_chain(tasks: Mapping[int, Task]) -> list[int]:
    """Return the numbers of the tasks, each after the one before, that take longest on any number of cores.

    Raises:
        ValueError: a task needs one that is not there, or tasks wait for each other.
    """
    unlimited = schedule(tasks, max(1, sum(task.threads for task in tasks.values())))
    chain: list[int] = []
    last = max(unlimited.ends, key=lambda number: unlimited.ends[number], default=None)
    while last is not None:
        chain.append(last)
        last = max(tasks[last].needs, key=lambda number: unlimited.ends[number], default=None)
    return chain[::-1]


def _followers(tasks: Mapping[int, Task]) -> tuple[dict[int, list[int]], dict[int, int]]:
    """Return the tasks that wait for each task, and the number of tasks that each waits for."""
    followers: dict[int, list[int]] = {number: [] for number in tasks}
    for number, task in tasks.items():
        for needed in task.needs:
            if needed not in tasks:
                raise ValueError(f"task {number} needs {needed}, which is not there")
            followers[needed].append(number)
    return followers, {number: len(task.needs) for number, task in tasks.items()}
