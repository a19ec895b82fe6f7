"""Plans are formatted as text."""

import pytest

from quantshift.planning.estimates import Estimate, Source
from quantshift.planning.schedule import longest_chain, schedule
from quantshift.planning.table import table


@pytest.fixture
def plan_text():
    """Return a function that formats the plan of some estimates."""

    def format_plan(*costs):
        tasks = {estimate.job.number: estimate.task for estimate in costs}
        chain = [estimate for number in longest_chain(tasks) for estimate in costs if estimate.job.number == number]
        return table("the study", costs, [schedule(tasks, cores) for cores in (1, 2)], chain, 3.0)

    return format_plan


def estimate(job, hours, source=Source.RECORD, stored=1e6):
    return Estimate(job, source, 0.0, 3600 * hours, 2_000_000_000, stored)


def test_a_plan(plan_text, job):
    lines = plan_text(
        estimate(job("train", 1, threads=2), 6),
        estimate(job("train", 2, method="qat", threads=2), 4, Source.MEASURED),
        estimate(job("figure", 3, needs=(1, 2)), 0.01),
        estimate(job("details", 4, needs=(3,)), 0, Source.START, None),
    ).splitlines()
    assert lines[0] == "the study: 4 jobs, 10.0 core hours"
    assert lines[3].split() == ["1", "10", "h", "0", "min", "100%", "2.0", "GB"]
    assert lines[4].split() == ["2", "5", "h", "0", "min", "100%", "2.0", "GB"]
    assert lines[7] == "train      2        10.0  99.9%  records 1, measured here 1"
    assert lines[8].split("  ")[0] == "others"
    assert "disk: 3.0 MB (models 2.0 MB, the rest 1.0 MB)" in lines
    (chain,) = (line for line in lines if line.startswith("longest chain, which more cores do not shorten: 3 h 0 min"))
    assert "train mnist/lenet5/standard/0 3 h 0 min" in chain
    assert "qat" not in chain
    assert any("duration" in line and "details 1" in line for line in lines)
    assert any("disk" in line and "details 1" in line for line in lines[1:] if line.startswith("unknown size"))
    assert any("assumed" in line for line in lines)


def test_notes_that_do_not_apply_are_omitted(plan_text, job):
    text = plan_text(estimate(job("train"), 1))
    assert "assumed" not in text
    assert "unknown" not in text
    assert "GPU" not in text
