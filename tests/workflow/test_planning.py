"""The planner's estimate for the smoke study, which ran on two cores."""

import datetime
import json

import pytest

from quantshift.planning.__main__ import main
from tests.workflow.conftest import SMOKE


def test_a_plan_from_a_runs_records_is_close_to_its_wall_time(smoke, monkeypatch, capsys):
    run = json.loads((smoke.folder / "results/run.json").read_text(encoding="utf-8"))
    began, ended = (datetime.datetime.fromisoformat(run[key]) for key in ("start", "end"))
    monkeypatch.chdir(smoke.folder)
    assert main([*SMOKE, "--cores", "2", "--only-records"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (row,) = (line for line in lines if line.split()[:1] == ["2"])
    words = row.split()
    seconds = 60 * int(words[1]) + int(words[3]) if words[2] == "min" else int(words[1])
    assert seconds == pytest.approx((ended - began).total_seconds(), rel=0.25)
