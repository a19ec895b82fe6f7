"""GPU hours of trainings."""

import pytest

from quantshift.planning import gpu
from quantshift.planning.table import hours


def test_an_attack_passes_once_for_each_step_and_once_to_train(study, job):
    paper = study("paper_offline")
    standard = gpu.passes(job("train"), paper)
    assert standard == 20 * (60_000 - 5_000 - 1_000)
    assert gpu.passes(job("train", method="adversarial"), paper) == 11 * standard
    assert gpu.passes(job("retrain", protocol="held_out"), paper) == standard / 2


def test_hours_follow_from_the_measured_speeds(study, job):
    paper = study("paper_offline")
    jobs = [job("train", dataset="cifar10", architecture=name) for name in ("nin", "resnet20")] + [job("export")]
    expected = hours(200 * 44_000 * (1 / 13_000 + 1 / 11_000))
    note = gpu.note(jobs, paper)
    assert note == f"trainings of nin, resnet20 on one NVIDIA H100: {expected} GPU hours at speeds of {gpu.CONDITIONS}"


def test_architectures_without_a_speed_are_named(study, job):
    jobs = [job("train", dataset="imdb", architecture=name) for name in ("lstm", "gru", "gru")]
    paper = study("paper_offline")
    assert gpu.note([*jobs, job("train")], paper).endswith("; no speed is known of gru, lstm (3 trainings)")
    assert gpu.note(jobs, paper) is gpu.note([job("export")], paper) is None


@pytest.mark.parametrize("name", ["lenet5", "nin", "resnet20"])
def test_the_speeds_are_of_architectures_that_exist(name, root):
    assert f"\n{name}," in gpu.RATES.read_text(encoding="utf-8")
    assert (root / f"src/quantshift/architectures/{name}.py").is_file()
