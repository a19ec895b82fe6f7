"""A plan as text."""

import pytest

from quantshift.planning.estimates import Estimate, Source
from quantshift.planning.schedule import longest_chain, schedule
from quantshift.planning.table import table


@pytest.fixture
def told(job):
    """Return the text of a plan."""

    def made(*found):
        tasks = {estimate.job.number: estimate.task for estimate in found}
        chain = [estimate for number in longest_chain(tasks) for estimate in found if estimate.job.number == number]
        return table("the study", found, [schedule(tasks, cores) for cores in (1, 2)], chain, 3.0)

    return made


def estimate(job, hours, source=Source.RECORD, stored=1e6):
    return Estimate(job, source, 0.0, 3600 * hours, 2_000_000_000, stored)


def test_a_plan(told, job):
    lines = told(
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
    (chain,) = (line for line in lines if line.startswith("longest chain, which no more cores shorten: 3 h 0 min"))
    assert "train mnist/lenet5/standard/0 3 h 0 min" in chain
    assert "qat" not in chain
    assert any("duration" in line and "details 1" in line for line in lines)
    assert any("disk" in line and "details 1" in line for line in lines[1:] if line.startswith("of no known size"))
    assert any("assumed" in line for line in lines)


def test_what_does_not_apply_is_not_said(told, job):
    text = told(estimate(job("train"), 1))
    assert "assumed" not in text
    assert "of no known" not in text
    assert "GPU" not in text
