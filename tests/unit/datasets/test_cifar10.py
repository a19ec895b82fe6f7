import hashlib
import io
import json
import struct
import tarfile
import zlib
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from tests.python2 import pickled_batch, text

from quantshift.core import members
from quantshift.core.dataset_facts import DatasetFacts, facts_of
from quantshift.core.errors import QuantshiftError
from quantshift.datasets import cifar10
from quantshift.fetching.artifacts import cifar10 as artifact
from quantshift.fetching.fetch import fetch_from
from quantshift.fetching.origin import File

EACH = 10_000
COUNT = 5 * EACH
NAMES = (*(f"data_batch_{number}" for number in range(1, 6)), "test_batch")


def images(number):
    """Return the images of a batch, [10000, 3, 32, 32], that encode the number of the batch and their own number."""
    array = np.zeros((EACH, 3, 32, 32), np.uint8)
    array[:, 0, 0, 0], array[:, 1, 0, 1], array[:, 2, 31, 31] = number, np.arange(EACH) // 256, np.arange(EACH) % 256
    return array


def labels(number):
    return ((np.arange(EACH) * 3 + number) % 10).tolist()


def batch(number, **changes):
    entries = {
        "batch_label": f"training batch {number} of 5",
        "labels": labels(number),
        "data": images(number).reshape(EACH, -1),
        "filenames": b"](" + text(b"a_s_000001.png") + text(b"b_s_000002.png") + b"e",
    }
    return pickled_batch({name: value for name, value in (entries | changes).items() if value is not None})


def archive():
    """Return the published archive: a folder of six batches, the names of the classes and a page."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as file:
        for number, name in enumerate(NAMES):
            content = batch(number)
            entry = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            entry.size = len(content)
            file.addfile(entry, io.BytesIO(content))
        for name in ("batches.meta", "readme.html"):
            file.addfile(tarfile.TarInfo(f"cifar-10-batches-py/{name}"))
    return buffer.getvalue()


def write(folder, content, name="data_batch_1"):
    (folder / "origin.json").write_text(json.dumps({"origin": "file"}), encoding="utf-8")
    place = folder / "cifar-10-batches-py"
    place.mkdir(exist_ok=True)
    (place / name).write_bytes(content)
    return folder


def test_the_facts():
    assert facts_of("cifar10") == DatasetFacts("cifar10", "image", (3, 32, 32), 10, 50_000, 10_000, None, {})
    assert members.keys("fetching/artifacts/cifar10", "ORIGINS") == ("file", "package", "home")


def test_the_archive_is_downloaded_unpacked_and_read(tmp_path, serve):
    content = archive()
    files = (File("cifar-10-python.tar.gz", "md5:" + hashlib.md5(content).hexdigest()),)
    address = serve({"/cifar-10-python.tar.gz": content})
    origin = replace(artifact.ORIGINS["home"], files=files, address=address)
    fetch_from({"home": origin}, "cifar10", ["home"], tmp_path / "data", tmp_path / "cifar10")
    fetched = {path.name for path in (tmp_path / "cifar10").rglob("*") if path.is_file()}
    assert fetched == {*NAMES, "origin.json"}
    expect_whole(cifar10.read(tmp_path / "cifar10"))


def expect_whole(data):
    """Check that the images and the labels are those of the six batches."""
    assert data.train_inputs.dtype == data.test_inputs.dtype == np.uint8
    assert data.train_labels.dtype == data.test_labels.dtype == np.int64
    assert data.train_inputs.shape == (50_000, 3, 32, 32)
    for number in range(5):
        part = slice(number * EACH, (number + 1) * EACH)
        np.testing.assert_array_equal(data.train_inputs[part], images(number))
        np.testing.assert_array_equal(data.train_labels[part], labels(number))
    np.testing.assert_array_equal(data.test_inputs, images(5))
    np.testing.assert_array_equal(data.test_labels, labels(5))


def test_a_missing_batch_is_reported(tmp_path):
    write(tmp_path, batch(0))
    with pytest.raises(QuantshiftError, match="data_batch_2 is missing"):
        cifar10.read(tmp_path)


def test_a_damaged_batch_is_reported(tmp_path):
    with pytest.raises(QuantshiftError, match="data_batch_1 is not a complete pickle"):
        cifar10.read(write(tmp_path, batch(0)[:100_000]))


@pytest.mark.parametrize(
    "code", [b"cposix\nsystem\n(" + text(b"touch owned") + b"tR", b"cbuiltins\neval\n(" + text(b"1") + b"tR"]
)
def test_a_pickle_with_code_is_rejected(tmp_path, monkeypatch, code):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(QuantshiftError, match=r"the pickle uses .* which is not allowed"):
        cifar10.read(write(tmp_path, batch(0, labels=code)))
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": None}, "no labels"),
        ({"data": None}, "no data"),
        ({"labels": [1, 2, 3]}, "3 labels"),
        ({"labels": [*range(10)] * 999 + [*range(1, 11)]}, r"labels outside 0\.\.9"),
        ({"labels": "cat"}, "labels that are not a list"),
        ({"labels": b"](" + text(b"1") * EACH + b"e"}, "labels that are not a list"),
        ({"data": np.zeros((EACH, 784), np.uint8)}, r"data uint8 \(10000, 784\)"),
        ({"data": np.zeros((99, 3072), np.uint8)}, r"data uint8 \(99, 3072\)"),
        ({"data": np.zeros((99, 3072), "<f4")}, r"data float32 \(99, 3072\)"),
        ({"data": [1, 2]}, "data list"),
    ],
)
def test_other_content_is_rejected(tmp_path, changes, message):
    with pytest.raises(QuantshiftError, match=f"data_batch_1 is not a batch of 10000 images of CIFAR-10.*{message}"):
        cifar10.read(write(tmp_path, batch(0, **changes)))


def test_a_pickle_of_something_else_is_rejected(tmp_path):
    with pytest.raises(QuantshiftError, match="it holds a list, not a dict"):
        cifar10.read(write(tmp_path, b"\x80\x02](K\x01e."))


def sheet(images):
    """Return a PNG file as the package has them: a row for each image."""
    buffer = io.BytesIO()
    rows = images.transpose(0, 2, 3, 1).reshape(len(images), -1, 3)
    Image.fromarray(rows).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The folder that is fetched of the package, with the batches of the archive above."""
    folder = tmp_path_factory.mktemp("package")
    (folder / "origin.json").write_text(json.dumps({"origin": "package"}), encoding="utf-8")
    (folder / "package").mkdir()
    for number, name in enumerate(NAMES):
        (folder / "package" / f"{name}.png").write_bytes(sheet(images(number)))
    train = [label for number in range(5) for label in labels(number)]
    (folder / "package/train_lables.json").write_text(json.dumps(train), encoding="utf-8")
    (folder / "package/test_lables.json").write_text(json.dumps(labels(5)), encoding="utf-8")
    return folder


def test_the_package_gives_the_arrays_of_the_archive(package):
    expect_whole(cifar10.read(package))


def changed(package, folder, name, content):
    """Return a copy of the package's folder in which one file has other content, or is missing."""
    (folder / "package").mkdir()
    for path in (package / "origin.json", *(package / "package").iterdir()):
        if path.name != name:
            (folder / path.relative_to(package)).symlink_to(path)
    if content is not None:
        (folder / "package" / name).write_bytes(content)
    return folder


def announced(width=1024, height=EACH, kind=(8, 2, 0, 0, 0)):
    """Return a PNG file whose header announces a size and a kind of pixels, and that has none."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, *kind)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


WHOLE = sheet(images(0))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"data_batch_1\.png is missing"),
        (b"", "it has 0 bytes, fewer than a header"),
        (b"GIF89a" + bytes(100), "it does not begin like a PNG file"),
        (announced(width=100_000, height=100_000), "it has 100000 x 100000 pixels, expected 1024 x 10000"),
        (announced(height=9_999), "it has 1024 x 9999 pixels, expected 1024 x 10000"),
        (announced(width=3_072, kind=(8, 0, 0, 0, 0)), "it has 3072 x 10000 pixels"),
        (announced(kind=(8, 0, 0, 0, 0)), "its pixels are not 8-bit RGB"),
        (announced(kind=(8, 6, 0, 0, 0)), "its pixels are not 8-bit RGB"),
        (announced(kind=(16, 2, 0, 0, 0)), "its pixels are not 8-bit RGB"),
        (
            announced() + announced(height=20_000)[8:] + struct.pack(">I", 0) + b"IDAT" + bytes(4),
            "it has a second header, of 1024 x 20000 pixels",
        ),
        (announced(), r"data_batch_1\.png is not a PNG file of 10000 images"),
        (WHOLE[: len(WHOLE) // 2], r"data_batch_1\.png is not a PNG file of 10000 images"),
    ],
)
def test_another_picture_is_rejected(package, tmp_path, content, message):
    with pytest.raises(QuantshiftError, match=message):
        cifar10.read(changed(package, tmp_path, "data_batch_1.png", content))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"train_lables\.json is missing"),
        (b"[1, 2", r"train_lables\.json is not a JSON file"),
        (b"[" * EACH, r"train_lables\.json is not a JSON file"),
        (b"[" + b"1," * 20 * EACH + b"1]", "it has 400003 bytes, more than the limit"),
        (b"[" + b"1," * COUNT + b"1]", "it has 50001 labels"),
        (b'{"labels": []}', "it is not a list of whole numbers"),
        (b"[" + b"1.0," * (COUNT - 1) + b"1]", "it is not a list of whole numbers"),
        (b"[" + b"true," * (COUNT - 1) + b"1]", "it is not a list of whole numbers"),
        (b"[" + b"1," * (COUNT - 1) + b"10]", r"train_lables\.json holds the label 10, expected 0 to 9"),
        (b"[" + b"1," * (COUNT - 1) + b"-1]", r"train_lables\.json holds the label -1, expected 0 to 9"),
    ],
)
def test_other_labels_are_rejected(package, tmp_path, content, message):
    with pytest.raises(QuantshiftError, match=message):
        cifar10.read(changed(package, tmp_path, "train_lables.json", content))
