"""The profiles agree where they must: what each of them leaves to the others' words is said in each."""

import re
from pathlib import Path

import pytest
import yaml

from quantshift.planning.resources import FIXED, SIZED

PROFILES = Path(__file__).parents[2] / "profiles"
CLUSTERS = sorted(file.parent.name for file in PROFILES.glob("*/config.yaml") if file.parent.name != "default")
# By themselves: long or on a GPU, or where the internet is.
ALONE = {"train", "retrain", "fetch"}


def profile(name):
    return yaml.safe_load((PROFILES / name / "config.yaml").read_text(encoding="utf-8"))


def groups(name):
    return dict(entry.split("=", 1) for entry in profile(name)["groups"])


def test_there_are_profiles():
    assert {"slurm", "cluster_generic", "kubernetes"} == set(CLUSTERS)


@pytest.mark.parametrize("name", CLUSTERS)
def test_a_profile_has_all_of_the_default_one(name):
    default = profile("default")
    assert default["max-jobs-per-timespan"]
    assert {key: profile(name).get(key) for key in default} == default


@pytest.mark.parametrize("name", CLUSTERS)
def test_every_rule_is_in_a_group_or_alone_for_a_reason(name):
    assert set(groups(name)) == {*SIZED, *FIXED} - ALONE


@pytest.mark.parametrize("name", CLUSTERS)
def test_every_group_is_one_job_and_every_model(name):
    parts = dict(entry.split("=", 1) for entry in profile(name)["group-components"])
    assert set(parts) == set(groups(name).values())
    assert {group for group, count in parts.items() if int(count) == 1} == {"model"}


@pytest.mark.parametrize("name", CLUSTERS)
def test_the_profiles_group_alike(name):
    assert groups(name) == groups("slurm")


@pytest.mark.parametrize("name", CLUSTERS)
def test_what_failed_is_tried_again(name):
    assert profile(name)["retries"] == 2


@pytest.mark.parametrize("name", CLUSTERS)
def test_a_profile_is_described(name):
    text = (PROFILES / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"`{name}`", text)
