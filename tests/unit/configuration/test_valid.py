"""Valid configs, including the shipped ones, are accepted."""

import pytest


def test_the_default_config_is_valid(mistakes):
    assert mistakes({}) == []


def test_the_users_folder_must_exist_only_where_files_are_fetched(mistakes):
    assert len(mistakes({"data_directory": "nowhere"})) == 1
    assert mistakes({"data_directory": "nowhere"}, fetching=False) == []


def test_the_shipped_configs_are_valid(root, mistakes):
    files = sorted((root / "config").glob("*.yaml"))
    assert "smoke.yaml" in [file.name for file in files]
    for file in files:
        assert mistakes(file.read_text(encoding="utf-8")) == [], file


@pytest.mark.parametrize(
    "own",
    [
        "quantizers: {weight_int4: {scheme: weight_only, bits: 4}}\nstudy: {quantizers: [weight_int4]}",
        "quantizers: {half: {scheme: float16, batch_size: 8, threads: 2}}",
        "suites: {mnist_c: {source: archive}}",
        "study: {datasets: [cifar10]}\n"
        "suites: {cifar10_c: {source: archive, shifts: {fog: [1, 5]}}}\nartifacts: {cifar10_c: [file]}",
        "suites: {mnist_c: {shifts: {fog: [1, 2, 3, 4, 5], shear: []}}}",
        "suites: {mild: {collection: mnist_c, source: generated, shifts: {fog: [1]}}}",
        "datasets: {mnist: {suites: []}}",
        "datasets: {mnist: {suites: [digits], train_limit: 10}}",
        "study: {seeds: [0, 1, 17]}",
        "training: {mnist: {standard: {learning_rate: 1}}}",
        "quantizers: {own: {scheme: static, calibration_samples: 5000}}",
        "quantizers: {own: {scheme: static, activation_type: int8}}",
        "retraining: {methods: [standard, qat], seeds: [2, 0], protocols: [held_out]}",
        "retraining: {protocols: []}\nstudy: {methods: [mixup]}",
        "datasets: {mnist: {methods: [standard, qat]}, imdb: {methods: [mixup]}}",
    ],
)
def test_valid_configs_are_accepted(mistakes, own):
    assert mistakes(own) == []
