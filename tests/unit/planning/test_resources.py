"""Requests of jobs to a cluster grow with their inputs and with each attempt."""

from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from snakemake.utils import update_config

from quantshift.core import members
from quantshift.core.model_id import ModelId
from quantshift.export import export
from quantshift.planning import sizes
from quantshift.planning.resources import (
    EXPORT_BATCH,
    FIXED,
    MAX_MEMORY,
    MAX_MINUTES,
    SHARES,
    SIZED,
    VALIDATION_BATCH,
    Resources,
    gpus,
    resources,
    too_long,
)
from quantshift.study import Study
from quantshift.training import measured, outcome

CONFIG = Path(__file__).parents[3] / "config"
# Peaks in MB of one process on a CPU: random inputs, the batch of the config or the stated one, both passes twice.
TRAINING_PEAKS = [
    ("mnist", "lenet5", "standard", 128, 331),
    ("cifar10", "nin", "qat", 128, 1165),
    ("cifar10", "nin", "adversarial", 128, 1204),
    ("cifar10", "resnet20", "qat", 128, 616),
    ("imdb", "gru", "adversarial", 32, 407),
    ("iwildcam", "resnet50", "qat", 4, 2498),
    ("iwildcam", "densenet121", "qat", 4, 3675),
]
RUNNING_PEAKS = [
    ("cifar10", "nin", 64, 426),
    ("cifar10", "resnet20", 64, 333),
    ("iwildcam", "resnet50", 32, 1593),
    ("iwildcam", "densenet121", 32, 2093),
]


def study(*names, **changes):
    """Return the study of a shipped config with some changes."""
    config = yaml.safe_load((CONFIG / "config.yaml").read_text(encoding="utf-8"))
    for name in names:
        update_config(config, yaml.safe_load((CONFIG / f"{name}.yaml").read_text(encoding="utf-8")))
    update_config(config, changes)
    return Study(config)


def cell(dataset="mnist", architecture="lenet5", method="standard", **more):
    """Return the wildcards of a model's job: rules before the export have its facets, the others its id."""
    model = ModelId(dataset, architecture, method, 0)
    return SimpleNamespace(**model._asdict(), model=model.path, **more)


@pytest.mark.parametrize(("dataset", "architecture", "method", "batch_size", "peak"), TRAINING_PEAKS)
def test_a_training_gets_more_memory_than_it_needed(dataset, architecture, method, batch_size, peak):
    changed = study(training={dataset: {method: {"batch_size": batch_size}}})
    requested = resources(changed, "train", cell(dataset, architecture, method), 1).memory
    assert peak * 1.2 < requested < 12 * peak


@pytest.mark.parametrize(("dataset", "architecture", "batch_size", "peak"), RUNNING_PEAKS)
def test_a_prediction_gets_more_memory_than_it_needed(dataset, architecture, batch_size, peak):
    changed = study(inference={"batch_size": batch_size})
    wildcards = cell(dataset, architecture, variant="float32", suite="clean")
    assert peak * 1.2 < resources(changed, "evaluate", wildcards, 1).memory < 12 * peak


@pytest.mark.parametrize("rule", sorted({**SIZED, **FIXED}))
@pytest.mark.parametrize("names", [(), ("smoke",), ("paper",)])
def test_every_attempt_requests_more_up_to_a_maximum(rule, names):
    config_study = study(*names)
    for dataset, architecture in config_study.architectures:
        suite = config_study.suites(dataset)[1]
        test_set = config_study.test_sets(dataset, suite)[0]
        wildcards = cell(
            dataset,
            architecture,
            variant="float32",
            quantizer=config_study.quantizers[0],
            suite=suite,
            shift=test_set.shift,
            severity=str(test_set.severity),
            protocol="held_out",
        )
        requests = [resources(config_study, rule, wildcards, attempt) for attempt in (1, 2, 3)]
        for less, more in pairwise(requests):
            assert less.memory < more.memory or more.memory == MAX_MEMORY
            assert less.minutes < more.minutes or more.minutes == MAX_MINUTES
        assert all(isinstance(number, int) for request in requests for number in (request.memory, request.minutes))
        assert all(request.memory <= MAX_MEMORY and request.minutes <= MAX_MINUTES for request in requests)


def test_attempts_are_bounded():
    assert Resources(1e9, 1e9).for_attempt(1) == Resources(MAX_MEMORY, MAX_MINUTES)


def test_larger_inputs_need_more():
    default = study()
    small, large = (
        resources(default, rule, cell(dataset, "resnet50", variant="float32", suite="clean"), 1)
        for rule, dataset in (("evaluate", "emoji"), ("evaluate", "iwildcam"))
    )
    assert small.memory < large.memory
    assert small.minutes < large.minutes


def test_more_epochs_and_inputs_take_longer():
    minutes = [
        resources(changed, "train", cell(), 1).minutes
        for changed in (
            study(datasets={"mnist": {"train_limit": 6000}}),
            study(),
            study(training={"mnist": {"standard": {"epochs": 200}}}),
        )
    ]
    assert minutes == sorted(minutes)
    assert minutes[2] > 2 * minutes[1]


def test_an_attack_multiplies_the_time_by_its_steps():
    plain, attacked = (
        resources(study("paper"), "train", cell("mnist", "lenet5", method), 1).minutes - 60
        for method in ("standard", "adversarial")
    )
    assert attacked == pytest.approx(11 * plain, rel=0.05)


def test_threads_and_a_gpu_shorten_a_training():
    slow, threads, gpu = (
        resources(changed, "train", cell("cifar10", "nin"), 1).minutes
        for changed in (
            study(training={"cifar10": {"standard": {"epochs": 20, "threads": 1}}}),
            study(training={"cifar10": {"standard": {"epochs": 20, "threads": 4}}}),
            study(training={"cifar10": {"standard": {"epochs": 20, "threads": 4}}}, device="cuda"),
        )
    )
    assert slow - 60 == pytest.approx(4 * (threads - 60), rel=0.05)
    assert gpu < 100 < threads


def test_histograms_need_memory():
    default = study()
    minmax, entropy = (
        resources(default, "quantize", cell("iwildcam", "resnet50", quantizer=name), 1).memory
        for name in ("static_int8", "static_int8_entropy")
    )
    assert entropy > 10 * minmax


def test_a_search_of_operators_needs_time():
    default = study()
    single, searched = (
        resources(default, "quantize", cell("iwildcam", "resnet50", quantizer=name), 1).minutes
        for name in ("static_int8", "static_int8_search")
    )
    assert searched > 2 * single


@pytest.mark.parametrize(("device", "expected"), [("auto", None), ("cpu", None), ("cuda", 1)])
def test_the_config_decides_whether_to_request_a_gpu(device, expected):
    assert gpus(study(device=device)) == expected


@pytest.mark.parametrize(("dataset", "expected"), [("mnist", 784), ("cifar10", 1024), ("imdb", 200)])
def test_positions_are_pixels_or_words(dataset, expected):
    assert sizes.positions(dataset) == expected


def test_batches_are_those_of_the_code_that_runs_them():
    """The cost model repeats these constants, because the Snakefile must not load torch to read them."""
    assert measured.BATCH == VALIDATION_BATCH
    assert outcome.BATCH == export.BATCH == EXPORT_BATCH


def test_the_listed_architectures_exist():
    assert set(SHARES) <= set(members.names("architectures"))


def test_an_unlisted_architecture_needs_the_full_time():
    listed, unlisted = (
        resources(study("paper"), "train", cell("mnist", name), 1).minutes
        for name in ("lenet5", "an_architecture_of_yours")
    )
    assert unlisted > 2 * listed


def test_trainings_that_exceed_the_maximum_time_are_reported():
    assert too_long(study()) == []
    without_gpu = too_long(study("paper"))
    assert "iwildcam/densenet121/adversarial/0" in without_gpu
    assert "mnist/lenet5/standard/0" not in without_gpu
    # Here retraining runs for all epochs of its method, but the training before it only for a few.
    assert "iwildcam/densenet121/qat/0" not in without_gpu
    assert "iwildcam/densenet121/qat.published/0" in without_gpu
    assert too_long(study("paper", device="cuda")) == []


def test_jobs_of_a_users_own_data_request_memory_by_the_size_of_the_files(default_config, tmp_path):
    (tmp_path / "model.onnx").write_bytes(bytes(1_000_000))
    (tmp_path / "rows.csv").write_bytes(bytes(200_000_000))
    default_config["study"]["datasets"] = []
    default_config["models"] = {"mine": {"file": str(tmp_path / "model.onnx"), "data": "rows"}}
    default_config["data"] = {"rows": {"test": {"file": str(tmp_path / "rows.csv")}, "shifted": {}}}
    study = Study(default_config)
    wildcards = SimpleNamespace(model="rows/mine/given/0", variant="float32", suite="clean")
    needed = resources(study, "evaluate", wildcards, 1)
    assert 4_000 < needed.memory < 8_000
    assert resources(study, "given_data", SimpleNamespace(dataset="rows"), 2).memory == 2 * needed.memory
    # Arrays and images are read in parts.
    (tmp_path / "rows.npy").write_bytes(bytes(200_000_000))
    default_config["data"]["rows"]["test"]["file"] = str(tmp_path / "rows.npy")
    assert resources(Study(default_config), "evaluate", wildcards, 1).memory < 3_100
