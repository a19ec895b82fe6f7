"""Runs of Snakemake in a child process: what they report, and that two do not share a folder."""

import fcntl

import pytest

from quantshift.command.exit_codes import RunFailedError
from quantshift.command.run import run


def test_two_runs_do_not_share_a_log(tmp_path):
    log = tmp_path / "quantshift.log"
    log.write_text("the other run\n", encoding="utf-8")
    with log.open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(RunFailedError, match=f"another run works in {tmp_path}"):
            run(["--dry-run"], log=log)
    assert log.read_text(encoding="utf-8") == "the other run\n"


def test_events_and_output_of_a_run(tmp_path):
    # The smallest run: a table without rows, as there is no retraining.
    target = "results/tables/retraining.csv"
    config = tmp_path / "config.yaml"
    config.write_text("retraining: {protocols: []}\n", encoding="utf-8")
    events = []
    where = ["--configfile", str(config), "--directory", str(tmp_path), "--cores", "1"]
    outcome = run([*where, "--", target], log=tmp_path / "run.log", report=events.append)
    assert (outcome.code, outcome.failures, outcome.interrupted) == (0, [], False)
    assert outcome.counts == {"retraining_table": 1}
    kinds = [event["kind"] for event in events]
    assert [kind for kind in kinds if kind != "run_info"] == ["job_info", "job_finished", "progress"]
    assert (tmp_path / target).is_file()
    assert "1 of 1 steps (100%) done" in (tmp_path / "run.log").read_text(encoding="utf-8")


def test_a_wrong_config_is_an_error_without_jobs(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("device: gpu\n", encoding="utf-8")
    outcome = run(["--configfile", str(config), "--directory", str(tmp_path), "-n"], log=tmp_path / "run.log")
    assert outcome.code == 1
    assert outcome.failures == []
    assert any('device = "gpu"' in text for text in outcome.errors)
