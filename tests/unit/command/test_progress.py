"""Steps done and time left, from the events of a run."""

import io

from quantshift.command.progress import Progress, seconds_left


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self):
        return self.now


class Terminal(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self):
        return True


def events(count):
    yield {"kind": "run_info", "stats": {"quantize": count, "total": count}}
    for number in range(count):
        yield {"kind": "job_info", "jobid": number, "rule_name": "quantize"}
        yield {"kind": "job_finished", "job_id": number}
        yield {"kind": "progress", "done": number + 1, "total": count}


def shown(stream, count, seconds):
    clock = Clock()
    progress = Progress(1, stream, clock)
    for event in events(count):
        if event["kind"] == "job_finished":
            clock.now += seconds
        progress(event)
    progress.end()
    return stream.getvalue()


def test_a_file_gets_a_line_from_time_to_time():
    assert shown(io.StringIO(), 10, 4).splitlines() == [
        "0 of 10 steps",
        "3 of 10 steps, about 28 s left",
        "6 of 10 steps, about 16 s left",
        "9 of 10 steps, about 4 s left",
        "10 of 10 steps",
    ]


def test_a_terminal_gets_one_line_that_disappears():
    text = shown(Terminal(), 4, 1)
    assert "\n" not in text
    assert text.split("\r\x1b[K")[1:] == [
        *("0 of 4 steps", "1 of 4 steps", "2 of 4 steps", "3 of 4 steps, about 1 s left", "4 of 4 steps", "")
    ]


def test_time_left_needs_some_finished_jobs():
    assert seconds_left({"quantize": 2}, {"quantize": [1.0, 1.0]}, 1) is None


def test_jobs_that_run_at_a_time_share_the_time():
    durations = {"quantize": [2.0, 2.0, 2.0]}
    assert seconds_left({"quantize": 4}, durations, 1) == 8
    assert seconds_left({"quantize": 4}, durations, 4) == 2
    # More cores than jobs do not help.
    assert seconds_left({"quantize": 4}, durations, 64) == 2
