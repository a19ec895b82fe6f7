"""Schedules of jobs on a number of cores."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quantshift.planning.schedule import Task, longest_chain, schedule

CHAIN = {1: Task(2.0), 2: Task(3.0, needs=(1,)), 3: Task(4.0, needs=(2,))}


@st.composite
def graphs(draw):
    """Tasks that depend on earlier tasks."""
    count = draw(st.integers(1, 12))
    return {
        number: Task(
            seconds=draw(st.integers(0, 9)),
            threads=draw(st.integers(1, 4)),
            needs=tuple(sorted(draw(st.sets(st.integers(0, number - 1), max_size=3)) if number else ())),
            priority=draw(st.integers(0, 2)),
            memory=draw(st.integers(0, 5)),
        )
        for number in range(count)
    }


@pytest.mark.parametrize("cores", [1, 8])
def test_a_chain_takes_the_sum_on_any_number_of_cores(cores):
    planned = schedule(CHAIN, cores)
    assert planned.wall == 9
    assert planned.starts == {1: 0, 2: 2, 3: 5}
    assert planned.busy == 1 / cores


@pytest.mark.parametrize(("cores", "wall"), [(1, 12), (2, 6), (3, 4), (4, 4), (12, 2), (64, 2)])
def test_independent_jobs_share_the_cores(cores, wall):
    assert schedule({number: Task(2.0) for number in range(6)}, cores).wall == wall


def test_a_higher_priority_starts_first_and_then_the_lower_number():
    tasks = {1: Task(1.0), 2: Task(1.0, priority=10), 3: Task(1.0, priority=10)}
    assert schedule(tasks, 1).starts == {2: 0, 3: 1, 1: 2}


def test_one_scheduler_starts_one_task_after_another():
    tasks = {number: Task(1.0) for number in range(4)}
    assert schedule(tasks, 4, between=0.5).starts == {0: 0.5, 1: 1.0, 2: 1.5, 3: 2.0}
    assert schedule(tasks, 1, between=0.5).wall == 6


def test_a_running_job_is_not_stopped_for_a_higher_priority():
    tasks = {1: Task(1.0), 2: Task(5.0), 3: Task(1.0, needs=(1,), priority=10)}
    assert schedule(tasks, 1).starts == {1: 0, 3: 1, 2: 2}


def test_more_threads_than_cores_take_as_much_longer():
    planned = schedule({1: Task(3.0, threads=4)}, 2)
    assert planned.wall == 6
    assert planned.busy == 1


def test_a_small_job_overtakes_one_that_does_not_fit():
    tasks = {1: Task(4.0, threads=2), 2: Task(4.0, threads=2), 3: Task(4.0, threads=1)}
    planned = schedule(tasks, 3)
    assert planned.starts == {1: 0, 2: 4, 3: 0}


def test_memory_is_the_peak_of_running_jobs():
    tasks = {1: Task(2.0, memory=5), 2: Task(1.0, memory=3), 3: Task(1.0, needs=(2,), memory=4)}
    assert schedule(tasks, 1).memory == 5
    assert schedule(tasks, 2).memory == 9


def test_an_empty_schedule_takes_no_time():
    planned = schedule({}, 4)
    assert (planned.wall, planned.busy, planned.memory) == (0, 0, 0)
    assert longest_chain({}) == []


def test_the_longest_chain_counts_seconds_and_not_jobs():
    tasks = CHAIN | {4: Task(20.0), 5: Task(1.0, needs=(3, 4))}
    assert longest_chain(tasks) == [4, 5]


def test_cycles_and_missing_tasks_are_reported():
    with pytest.raises(ValueError, match=r"wait for each other: \[1, 2\]"):
        schedule({1: Task(1.0, needs=(2,)), 2: Task(1.0, needs=(1,))}, 1)
    with pytest.raises(ValueError, match="task 1 needs task 7"):
        schedule({1: Task(1.0, needs=(7,))}, 1)


@given(graphs(), st.integers(1, 6))
def test_no_job_starts_early_and_no_core_is_used_twice(tasks, cores):
    planned = schedule(tasks, cores)
    assert set(planned.ends) == set(tasks)
    for number, task in tasks.items():
        assert all(planned.ends[needed] <= planned.starts[number] for needed in task.needs)
    for moment in planned.starts.values():
        # A job with zero duration occupies no cores.
        running = [n for n in tasks if planned.starts[n] <= moment < planned.ends[n]]
        assert sum(min(tasks[n].threads, cores) for n in running) <= cores


@given(graphs(), st.integers(1, 6))
def test_no_schedule_beats_its_work_and_its_longest_chain(tasks, cores):
    work = sum(task.seconds * task.threads for task in tasks.values())
    chain = sum(tasks[number].seconds for number in longest_chain(tasks))
    planned = schedule(tasks, cores)
    assert planned.wall >= max(work / cores, chain) - 1e-9
    assert planned.wall * cores * planned.busy == pytest.approx(work)
    assert schedule(tasks, 100).wall == pytest.approx(chain)


@given(graphs(), st.integers(1, 6))
def test_jobs_of_one_thread_stay_within_grahams_bound(tasks, cores):
    single = {n: Task(t.seconds, needs=t.needs, priority=t.priority) for n, t in tasks.items()}
    work = sum(task.seconds for task in single.values())
    chain = sum(single[number].seconds for number in longest_chain(single))
    assert schedule(single, cores).wall <= work / cores + (1 - 1 / cores) * chain + 1e-9
