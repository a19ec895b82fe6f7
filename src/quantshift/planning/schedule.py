"""List scheduling: whenever cores are free, the waiting job with the highest priority that fits starts."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """The properties of a job that determine when it runs.

    Attributes:
        seconds: duration with all of its threads.
        threads: requested cores.
        needs: numbers of the tasks that must end before it.
        priority: the waiting task with the highest priority starts first.
        memory: bytes that it needs while it runs.
    """

    seconds: float
    threads: int = 1
    needs: tuple[int, ...] = ()
    priority: int = 0
    memory: int = 0


@dataclass(frozen=True)
class Schedule:
    """The times at which tasks run on a number of cores.

    Attributes:
        cores: number of cores.
        starts: seconds from the beginning to each task's start, by number.
        ends: seconds from the beginning to each task's end, by number.
        busy: utilization of the cores, 0..1.
        memory: peak memory of all running tasks in bytes.
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
    """Return the schedule of tasks. A task that requests more cores than exist gets all and takes longer in proportion.

    Among tasks of equal priority, the lower number starts first. Smaller tasks may overtake a task that does not fit.

    Args:
        tasks: tasks by number.
        cores: number of cores, at least 1.
        between: seconds that the scheduler needs to start a task; it starts one task at a time.

    Raises:
        ValueError: a task needs a missing one, or tasks wait for each other.
    """
    followers, missing = _followers(tasks)
    waiting = [(-tasks[number].priority, number) for number, count in missing.items() if count == 0]
    heapq.heapify(waiting)
    running: list[tuple[float, int]] = []
    starts: dict[int, float] = {}
    ends: dict[int, float] = {}
    now, free, memory, peak = 0.0, cores, 0, 0
    started = 0.0
    while waiting or running:
        skipped = []
        while waiting and free:
            entry = heapq.heappop(waiting)
            task = tasks[entry[1]]
            width = min(task.threads, cores)
            if width > free:
                skipped.append(entry)
                continue
            free -= width
            memory += task.memory
            started = max(now, started) + between
            starts[entry[1]] = started
            heapq.heappush(running, (started + task.seconds * task.threads / width, entry[1]))
        for entry in skipped:
            heapq.heappush(waiting, entry)
        peak = max(peak, memory)
        now = running[0][0]
        while running and running[0][0] == now:
            _, number = heapq.heappop(running)
            ends[number] = now
            free += min(tasks[number].threads, cores)
            memory -= tasks[number].memory
            for follower in followers[number]:
                missing[follower] -= 1
                if missing[follower] == 0:
                    heapq.heappush(waiting, (-tasks[follower].priority, follower))
    if len(ends) < len(tasks):
        raise ValueError(f"tasks wait for each other: {sorted(set(tasks) - set(ends))}")
    work = sum(task.seconds * task.threads for task in tasks.values())
    return Schedule(cores, starts, ends, work / (cores * now) if now else 0.0, peak)


def longest_chain(tasks: Mapping[int, Task]) -> list[int]:
    """Return the critical path: the numbers of the tasks in the longest chain of dependent tasks.

    Raises:
        ValueError: a task needs a missing one, or tasks wait for each other.
    """
    unlimited = schedule(tasks, max(1, sum(task.threads for task in tasks.values())))
    chain: list[int] = []
    last = max(unlimited.ends, key=lambda number: unlimited.ends[number], default=None)
    while last is not None:
        chain.append(last)
        last = max(tasks[last].needs, key=lambda number: unlimited.ends[number], default=None)
    return chain[::-1]


def _followers(tasks: Mapping[int, Task]) -> tuple[dict[int, list[int]], dict[int, int]]:
    """Return the tasks that wait for each task, and the number of tasks that each task waits for."""
    followers: dict[int, list[int]] = {number: [] for number in tasks}
    for number, task in tasks.items():
        for needed in task.needs:
            if needed not in tasks:
                raise ValueError(f"task {number} needs task {needed}, which does not exist")
            followers[needed].append(number)
    return followers, {number: len(task.needs) for number, task in tasks.items()}
