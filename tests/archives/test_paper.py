"""A reduced version of the published study, run from fetching to its report on small archives in the real layouts.

It has one architecture per data set, two training methods, two quantizers and all 42 evaluation sets. The copy of the
project has the checksums and counts of the small archives, and scales pictures to a smaller size.
"""

import io
import json
import re
import tarfile

import numpy as np
import pandas as pd
import pytest
import yaml

from tests.archives import layouts
from tests.workflow.project import ROOT, Project

PAPER = yaml.safe_load((ROOT / "config/paper.yaml").read_text(encoding="utf-8"))
DEFAULT = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
DATASETS = {"mnist": "lenet1", "cifar10": "nin", "imdb": "gru", "iwildcam": "resnet50"}
METHODS = ["standard", "qat"]
SMALL = {
    "study": {"methods": METHODS, "quantizers": ["static_int8", "float16"]},
    "datasets": {
        dataset: {
            "architectures": [architecture],
            "validation": 8,
            "calibration": 10,
            "train_limit": None,
            "test_limit": None,
        }
        for dataset, architecture in DATASETS.items()
    },
    "training": {
        dataset: {method: {"epochs": 1, "batch_size": 10, "threads": 1} for method in METHODS} for dataset in DATASETS
    },
    "quantizers": {"static_int8": {"calibration_samples": 10}},
    "retraining": {"methods": ["standard"], "epochs": 1},
    "export": {"parity_inputs": 10},
}
COUNTS = {
    "datasets/mnist.toml": [
        ("training = 60_000, test = 10_000", f"training = {layouts.MNIST[0]}, test = {layouts.MNIST[1]}")
    ],
    "datasets/cifar10.toml": [
        ("training = 50_000, test = 10_000", f"training = {5 * layouts.BATCH}, test = {layouts.BATCH}")
    ],
    "datasets/cifar10.py": [("_BATCH = 10_000", f"_BATCH = {layouts.BATCH}")],
    "shifts/archives/cifar10_c.py": [("EACH = 10_000", f"EACH = {layouts.BATCH}")],
    "datasets/imdb.toml": [
        ("training = 25_000, test = 25_000", f"training = {2 * layouts.REVIEWS}, test = {2 * layouts.REVIEWS}")
    ],
    "data/sources/wilds.py": [
        (
            '{"train": 129_809, "val": 14_961, "test": 42_791, "id_val": 7_314, "id_test": 8_154}',
            json.dumps(layouts.WILDS),
        ),
        ("(3, 448, 448)", "(3, 32, 32)"),
    ],
    "datasets/iwildcam.toml": [
        ("129_809", str(layouts.WILDS["train"])),
        ("8_154", str(layouts.WILDS["id_test"])),
        ("7_314", str(layouts.WILDS["id_val"])),
        ("[3, 448, 448]", "[3, 32, 32]"),
    ],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project with small archives in its data folder, and with their checksums and counts."""
    copy = Project.copied(tmp_path_factory.mktemp("paper") / "study")
    data = copy.folder / "data"
    layouts.write_mnist(data / "mnist")
    layouts.write_mnist_c(data / "mnist_c", list(DEFAULT["suites"]["mnist_c"]["shifts"]))
    layouts.write_cifar10(data / "cifar10")
    layouts.write_cifar10_c(data / "cifar10_c", list(PAPER["suites"]["cifar10_c"]["shifts"]))
    layouts.write_imdb(data / "imdb")
    layouts.write_yelp(data / "yelp")
    layouts.write_iwildcam(data / "iwildcam")
    layouts.write_weights(data / "imagenet_resnet50", "resnet50", "resnet50-0676ba61.pth")
    for artifact in ("mnist", "mnist_c", "cifar10", "cifar10_c", "imdb", "imagenet_resnet50"):
        file = f"src/quantshift/fetching/artifacts/{artifact}.py"
        text = (copy.folder / file).read_text(encoding="utf-8")
        for name, kind, checksum in re.findall(r'File\("([^"]+)", "(md5|sha256):(\w+)"\)', text):
            copy.edit(file, f"{kind}:{checksum}", layouts.digest(data / artifact / name, kind))
    for file, changes in COUNTS.items():
        for old, new in changes:
            copy.edit(f"src/quantshift/{file}", old, new)
    copy.write("small.yaml", yaml.safe_dump(SMALL))
    return copy


def test_the_published_study_runs_on_archives(project):
    config = ("--configfile", "config/paper.yaml", "small.yaml")
    outcome = project.run(*config)
    tables = project.folder / "results/tables"
    evaluation = pd.read_csv(tables / "evaluation.csv", keep_default_na=False)
    sets = evaluation[["dataset", "suite", "shift", "severity"]].drop_duplicates()
    # As in the paper: 4 clean sets, 16 of MNIST-C, 19 of CIFAR-10-C, customer reviews, Yelp and other cameras.
    assert len(sets) == 42
    assert set(zip(evaluation["dataset"], evaluation["architecture"], strict=True)) == set(DATASETS.items())
    assert set(evaluation["method"]) == set(METHODS)
    for artifact in ("mnist", "mnist_c", "cifar10", "cifar10_c", "imdb", "yelp", "iwildcam", "imagenet_resnet50"):
        record = json.loads((project.folder / f"results/fetched/{artifact}/origin.json").read_text(encoding="utf-8"))
        assert record["origin"] == "file"
    with tarfile.open(project.folder / "data/cifar10_c/CIFAR-10-C.tar") as archive:
        published = np.load(io.BytesIO(archive.extractfile("CIFAR-10-C/fog.npy").read()))
    stored = np.load(project.folder / "results/shifts/cifar10/cifar10_c/fog/1/inputs.npy")
    np.testing.assert_array_equal(stored, published[: layouts.BATCH].transpose(0, 3, 1, 2))
    rules = set(re.findall(r"^rule (\w+):", project.plan(*config, "--forceall").output, re.MULTILINE))
    assert {"fetch", "dataset", "shift", "train", "retrain", "detect"} <= rules
    assert (project.folder / "results/report.html").stat().st_size > 100_000
    assert "Nothing to be done" in project.plan(*config).output, outcome.output[-2000:]
