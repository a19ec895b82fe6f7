"""The same seed gives the same bytes: on one core or two, with or without forked jobs, and in a second run."""

import pandas as pd

from quantshift.jobs.fork_server.client import ADDRESS, OFF
from tests.workflow.conftest import SMOKE
from tests.workflow.project import Project

SMALLER = """
study: {datasets: [mnist], quantizers: [static_int8]}
retraining: {methods: [qat]}
datasets:
  mnist: {methods: [qat], train_limit: 2000, test_limit: 200, suites: [digits]}
"""
HEAT_MAP = "results/figures/heat_map/mnist/lenet5.svg"
MEASURED = ["images_per_second", "speedup_over_float32"]


def tables(project):
    folder = project.folder / "results/tables"
    contents = {file.name: file.read_bytes() for file in folder.glob("*.csv") if file.name != "variants.csv"}
    variants = pd.read_csv(folder / "variants.csv").drop(columns=MEASURED)
    return contents | {"variants.csv": variants.to_csv().encode()}


def test_tables_do_not_depend_on_cores_or_on_the_run(tmp_path, monkeypatch):
    runs = []
    for cores, forked in ((1, OFF), (2, "")):
        monkeypatch.setenv(ADDRESS, forked)
        project = Project.copied(tmp_path / str(cores))
        config = project.write("config/smaller.yaml", SMALLER)
        project.run(*SMOKE, config, "--", "tables", HEAT_MAP, cores=cores)
        runs.append(tables(project))
        runs[-1]["heat_map.svg"] = (project.folder / HEAT_MAP).read_bytes()
    assert sorted(runs[0]) == sorted(runs[1])
    assert [name for name in runs[0] if runs[0][name] != runs[1][name]] == []
