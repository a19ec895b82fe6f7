"""The same seed gives the same bytes: on one core and on two, whether jobs are forked, and from a second fresh run."""

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
    bytes_of = {file.name: file.read_bytes() for file in folder.glob("*.csv") if file.name != "variants.csv"}
    variants = pd.read_csv(folder / "variants.csv").drop(columns=MEASURED)
    return bytes_of | {"variants.csv": variants.to_csv().encode()}


def test_tables_do_not_depend_on_cores_or_on_the_run(tmp_path, monkeypatch):
    found = []
    for cores, forked in ((1, OFF), (2, "")):
        monkeypatch.setenv(ADDRESS, forked)
        project = Project.copied(tmp_path / str(cores))
        config = project.write("config/smaller.yaml", SMALLER)
        project.run(*SMOKE, config, "--", "tables", HEAT_MAP, cores=cores)
        found.append(tables(project))
        found[-1]["heat_map.svg"] = (project.folder / HEAT_MAP).read_bytes()
    assert sorted(found[0]) == sorted(found[1])
    assert [name for name in found[0] if found[0][name] != found[1][name]] == []
