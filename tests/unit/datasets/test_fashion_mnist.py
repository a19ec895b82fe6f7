import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import replace

import numpy as np
import pytest

from quantshift.core import members
from quantshift.core.dataset_facts import DatasetFacts, facts_of
from quantshift.core.errors import QuantshiftError
from quantshift.datasets import fashion_mnist
from quantshift.fetching import archive
from quantshift.fetching.artifacts import fashion_mnist as artifact
from quantshift.fetching.fetch import fetch, fetch_from
from quantshift.fetching.origin import File

TRAIN_LABELS = (np.arange(60_000) * 7 % 10).astype(np.uint8)
TEST_LABELS = (np.arange(10_000) * 3 % 10).astype(np.uint8)


def images(count):
    """Return grey images that encode their number in the first two pixels and have 255 in the last."""
    array = np.zeros((count, 28, 28), np.uint8)
    array[:, 0, 0], array[:, 0, 1], array[:, -1, -1] = np.arange(count) // 256, np.arange(count) % 256, 255
    return array


def idx_files(train=60_000, train_labels=TRAIN_LABELS, test=10_000):
    """Return the four published files: name to content."""
    arrays = {
        "train-images-idx3": images(train),
        "train-labels-idx1": train_labels,
        "t10k-images-idx3": images(test),
        "t10k-labels-idx1": TEST_LABELS,
    }
    return {
        f"{name}-ubyte.gz": gzip.compress(
            bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes(), 1
        )
        for name, array in arrays.items()
    }


def debian_package(files):
    """Return a Debian package that installs `files` and a page where the real one has them."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as tar:
        for name, content in {
            **{f"./usr/share/datasets/fashion-mnist/{name}": files[name] for name in files},
            "./usr/share/doc/dataset-fashion-mnist/README.md.gz": b"page",
        }.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    package = b"!<arch>\n"
    for name, content in (("debian-binary", b"2.0\n"), ("control.tar.xz", b""), ("data.tar.gz", buffer.getvalue())):
        package += f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode() + content
        package += b"\n" * (len(content) % 2)
    return package


def put(folder, files, origin="file"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "origin.json").write_text(json.dumps({"origin": origin}))
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def expect_whole(data):
    for inputs, grey in ((data.train_inputs, images(60_000)), (data.test_inputs, images(10_000))):
        assert inputs.dtype == np.uint8
        assert inputs.shape == (len(grey), 3, 32, 32)
        for channel in range(3):
            np.testing.assert_array_equal(inputs[:, channel, 2:30, 2:30], grey)
        border = np.ones((32, 32), bool)
        border[2:30, 2:30] = False
        assert not inputs[:, :, border].any()
    np.testing.assert_array_equal(data.train_labels, TRAIN_LABELS)
    np.testing.assert_array_equal(data.test_labels, TEST_LABELS)
    assert data.train_labels.dtype == data.test_labels.dtype == np.int64


def test_the_facts():
    assert facts_of("fashion_mnist") == DatasetFacts(
        "fashion_mnist", "image", (3, 32, 32), 10, 60_000, 10_000, None, {}
    )
    assert members.keys("fetching/artifacts/fashion_mnist", "ORIGINS") == ("package", "file", "home")


def test_the_public_files_are_downloaded_padded_and_made_colour(tmp_path, serve):
    contents = idx_files()
    files = tuple(File(name, "md5:" + hashlib.md5(content).hexdigest()) for name, content in contents.items())
    assert [file.name for file in files] == [file.name for file in artifact.ORIGINS["home"].files]
    address = serve({f"/{name}": content for name, content in contents.items()})
    origin = replace(artifact.ORIGINS["home"], files=files, address=address)
    fetch_from({"home": origin}, "fashion_mnist", ["home"], tmp_path / "data", tmp_path / "fetched")
    expect_whole(fashion_mnist.read(tmp_path / "fetched"))


def test_the_package_holds_the_same_files_elsewhere(tmp_path):
    package = tmp_path / "package.deb"
    package.write_bytes(debian_package(idx_files()))
    origin = artifact.ORIGINS["package"]
    folder = put(tmp_path / "fetched", {}, origin="package")
    unpacked = archive.extract(package, origin.members, folder, origin.limits)
    assert len(unpacked) == 4
    expect_whole(fashion_mnist.read(folder))


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"train": 100}, r"training images of shape \(100, 28, 28\)"),
        ({"test": 9_999}, r"test images of shape \(9999, 28, 28\)"),
        ({"train_labels": TRAIN_LABELS[:-1]}, r"training labels of shape \(59999,\)"),
        ({"train_labels": TRAIN_LABELS + np.uint8(1)}, r"training labels outside 0\.\.9"),
    ],
)
def test_other_data_are_rejected(tmp_path, files, message):
    with pytest.raises(QuantshiftError, match=f"is not Fashion-MNIST, it holds {message}"):
        fashion_mnist.read(put(tmp_path, idx_files(**files)))


def test_a_missing_file_is_reported(tmp_path):
    folder = put(tmp_path, idx_files(train=10))
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(QuantshiftError, match=r"t10k-labels-idx1-ubyte\.gz is missing"):
        fashion_mnist.read(folder)


@pytest.mark.network
def test_fashion_mnist_from_debians_package(tmp_path):
    try:
        fetch("fashion_mnist", ["package"], tmp_path / "data", tmp_path / "fetched")
    except QuantshiftError as error:
        if any(
            sign in str(error) for sign in ("not installed", "Unable to locate", "Could not resolve", "Failed to fetch")
        ):
            pytest.skip("there is no apt-get, or its repository has no such package or cannot be reached")
        raise
    data = fashion_mnist.read(tmp_path / "fetched")
    assert np.bincount(data.train_labels).tolist() == [6000] * 10
    assert np.bincount(data.test_labels).tolist() == [1000] * 10
    assert data.train_labels[:10].tolist() == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]
    assert round(float(data.train_inputs[:, 0, 2:30, 2:30].mean()) / 255, 4) == 0.2860
