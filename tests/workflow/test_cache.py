"""Studies share downloads and generated shifts through a cache, but only if they are really the same."""

import numpy as np
import pytest

from tests.workflow.conftest import SMOKE
from tests.workflow.project import Project

CONFIG = "study: {datasets: [mnist]}\nsuites: {mnist_c: {shifts: {fog: [1, 5]}}}\n"
SHIFTED = [f"results/shifts/mnist/mnist_c/fog/{severity}/inputs.npy" for severity in (1, 5)]
CACHE_OPTIONS = ("--cache", "fetch", "shift", "--", *SHIFTED)


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "cache").mkdir()
    monkeypatch.setenv("SNAKEMAKE_OUTPUT_CACHE", str(tmp_path / "cache"))
    return Project.copied(tmp_path / "project")


def test_a_second_study_links_to_outputs_of_the_first(project, tmp_path):
    config = project.write("config/fog.yaml", CONFIG)
    for name in ("first", "second"):
        project.run("--directory", str(tmp_path / name), *SMOKE, config, *CACHE_OPTIONS, cores=1)
    first, second = tmp_path / "first", tmp_path / "second"
    for path in SHIFTED:
        link = second / path
        assert link.is_symlink()
        assert link.resolve().parent == tmp_path / "cache"
        assert link.resolve() == (first / path).resolve()
        # Another severity is another output, although only a wildcard distinguishes them.
    light, heavy = (np.load(second / path) for path in SHIFTED)
    assert not np.array_equal(light, heavy)
    # Only the splits are created again.
    logs = {study: study / "results/logs" for study in (first, second)}
    written = {
        study: {file.relative_to(folder).parts[0] for file in folder.rglob("*.log") if file.stat().st_size}
        for study, folder in logs.items()
    }
    assert written == {first: {"fetch", "dataset", "shift"}, second: {"dataset"}}
    assert {file.name for file in (second / "results/fetched/mnist").iterdir() if file.is_symlink()} == {
        "mnist",
        "origin.json",
    }


def test_outputs_with_other_parameters_are_not_reused(project, tmp_path):
    config = project.write("config/fog.yaml", CONFIG)
    fewer = project.write("config/fewer.yaml", "datasets: {mnist: {shift_limit: 7}}")
    project.run("--directory", str(tmp_path / "first"), *SMOKE, config, *CACHE_OPTIONS, cores=1)
    project.run("--directory", str(tmp_path / "second"), *SMOKE, config, fewer, *CACHE_OPTIONS, cores=1)
    assert [len(np.load(tmp_path / name / SHIFTED[0])) for name in ("first", "second")] == [500, 7]


def test_the_users_data_are_not_shared(project, tmp_path):
    config = project.write("config/own.yaml", "datasets: {imdb: {suites: [yelp]}}")
    outcome = project.snakemake("-n", *SMOKE, config, "--cache", "fetch", "shift")
    assert outcome.code != 0
    assert "--cache shares data between users, but yelp may differ" in outcome.output


def test_without_a_cache_jobs_have_benchmarks(project):
    assert "results/benchmarks/shift/mnist/mnist_c/fog/5.tsv" in project.plan(*SMOKE, "--", SHIFTED[1]).output
