"""The profiles agree where they must: cluster profiles repeat the default profile's settings and have equal groups."""

import re
from pathlib import Path

import pytest
import yaml

from quantshift.planning.resources import FIXED, SIZED

PROFILES = Path(__file__).parents[2] / "profiles"
CLUSTERS = sorted(file.parent.name for file in PROFILES.glob("*/config.yaml") if file.parent.name != "default")
# Rules outside groups: they run long or on a GPU, or need the internet.
ALONE = {"train", "retrain", "fetch"}


def profile(name):
    return yaml.safe_load((PROFILES / name / "config.yaml").read_text(encoding="utf-8"))


def groups(name):
    return dict(entry.split("=", 1) for entry in profile(name)["groups"])


def test_the_expected_profiles_exist():
    assert {"slurm", "cluster_generic", "kubernetes"} == set(CLUSTERS)


@pytest.mark.parametrize("name", CLUSTERS)
def test_a_profile_repeats_the_default_settings(name):
    default = profile("default")
    assert default["max-jobs-per-timespan"]
    assert {key: profile(name).get(key) for key in default} == default


@pytest.mark.parametrize("name", CLUSTERS)
def test_every_other_rule_is_in_a_group(name):
    assert set(groups(name)) == {*SIZED, *FIXED} - ALONE


@pytest.mark.parametrize("name", CLUSTERS)
def test_every_group_is_one_job_and_every_model(name):
    parts = dict(entry.split("=", 1) for entry in profile(name)["group-components"])
    assert set(parts) == set(groups(name).values())
    assert {group for group, count in parts.items() if int(count) == 1} == {"model"}


@pytest.mark.parametrize("name", CLUSTERS)
def test_all_profiles_have_the_same_groups(name):
    assert groups(name) == groups("slurm")


@pytest.mark.parametrize("name", CLUSTERS)
def test_failed_jobs_are_retried(name):
    assert profile(name)["retries"] == 2


@pytest.mark.parametrize("name", CLUSTERS)
def test_a_profile_is_described(name):
    text = (PROFILES / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"`{name}`", text)
