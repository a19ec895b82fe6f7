"""Plans from small sets of records, and their errors."""

import json
import os
import re

import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.planning.__main__ import main
from quantshift.planning.plan import plan, read_run

HEADER = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time\n"
TINY = """
study: {datasets: [mnist], methods: [standard], quantizers: [float16]}
datasets: {mnist: {architectures: [lenet5], suites: [digits], seeds: [0], train_limit: 1000, test_limit: 100}}
retraining: {protocols: []}
"""


@pytest.fixture
def tiny(tmp_path):
    """A config of one model with one quantizer and one shift."""
    file = tmp_path / "tiny.yaml"
    file.write_text(TINY, encoding="utf-8")
    return file


@pytest.fixture
def run(root, tiny, tmp_path):
    """A folder with the records of a run of that config: 10 s for each job, of which 8 s are work."""
    from quantshift.planning import workflow

    folder = tmp_path / "run"
    for job in workflow.jobs(root, [tiny]):
        if job.benchmark:
            (folder / job.benchmark).parent.mkdir(parents=True, exist_ok=True)
            (folder / job.benchmark).write_text(f"{HEADER}10.0\t-\t90.0\t-\t-\t-\t-\t-\t-\t7.0\n", encoding="utf-8")
            (folder / job.log).parent.mkdir(parents=True, exist_ok=True)
            (folder / job.log).write_text("done in 8.00 s, 4.00 s of CPU\n", encoding="utf-8")
    config = workflow.merged(root, [tiny])
    (folder / "results/run.json").write_text(json.dumps({"config": config}), encoding="utf-8")
    return folder


def silent(_):
    pass


def planned(root, config, runs, *, cpu_time=False):
    return plan(root, [config], [1, 64], runs, measuring=False, cpu_time=cpu_time, report=silent)


def minutes(text):
    """Return the wall time on one core, in minutes."""
    words = text.splitlines()[3].split()
    return int(words[1]) + int(words[3]) / 60


def test_a_run_is_predicted_from_its_records(root, tiny, run):
    text = planned(root, tiny, [run])
    jobs = len(read_run(root, run, cpu_time=False))
    assert jobs > 20
    assert minutes(text) == pytest.approx(jobs * 10.1 / 60, rel=0.05)
    # Half of that was waiting time.
    assert minutes(planned(root, tiny, [run], cpu_time=True)) == pytest.approx(jobs * 5.1 / 60, rel=0.1)


def test_one_process_starts_all_jobs(root, tiny, run, monkeypatch):
    before = minutes(planned(root, tiny, [run]))
    monkeypatch.setattr("quantshift.planning.plan.BETWEEN_SECONDS", 60.1)
    text = planned(root, tiny, [run])
    jobs = int(re.search(r": (\d+) jobs", text).group(1))
    assert minutes(text) - before == pytest.approx(jobs, abs=0.1)


def test_another_size_is_predicted_from_the_records(root, tiny, run, tmp_path):
    longer = tmp_path / "longer.yaml"
    longer.write_text(f"{TINY}\ntraining: {{mnist: {{standard: {{epochs: 200}}}}}}", encoding="utf-8")
    # 100 times the epochs of the default study: 800 s of work where it was 8 s.
    assert minutes(planned(root, longer, [run])) - minutes(planned(root, tiny, [run])) == pytest.approx(
        792 / 60, rel=0.02
    )


def test_a_kind_without_a_record_is_an_error_without_measurements(root, tiny, run, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(TINY.replace("[float16]", "[weight_int8]"), encoding="utf-8")
    with pytest.raises(QuantshiftError, match=r"3 kinds of jobs have no record, such as .*weight_int8"):
        planned(root, other, [run])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "run.json is missing"),
        ("{", "is not a JSON file"),
        ("[]", "is not the record of a run"),
        ('{"config": {"study": {"seeds": "all"}}}', "no longer valid: run.json: study.seeds = "),
    ],
)
def test_a_folder_without_a_finished_run_is_reported(root, tmp_path, content, message):
    (tmp_path / "results").mkdir()
    if content is not None:
        (tmp_path / "results/run.json").write_text(content, encoding="utf-8")
    with pytest.raises(QuantshiftError, match=message):
        read_run(root, tmp_path, cpu_time=False)


def test_the_command(root, tiny, run, monkeypatch, capsys):
    monkeypatch.chdir(root)
    arguments = ["--configfile", str(tiny), "--cores", "3", "--records", str(run), "--only-records"]
    assert main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    expected = sorted({1, 3, 16, 64, os.cpu_count() or 1})
    assert [line.split()[0] for line in lines[3 : 3 + len(expected)]] == [str(cores) for cores in expected]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cores", "0"], "expected 1 or more"),
        (["--configfile", "nowhere.yaml"], "nowhere.yaml: no such file"),
    ],
)
def test_mistakes_on_the_command_line_are_reported(root, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(root)
    assert main(arguments) == 1
    assert message in capsys.readouterr().err


def test_planning_outside_a_project_is_an_error(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main([]) == 1
    assert "no Snakefile" in capsys.readouterr().err
