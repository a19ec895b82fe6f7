"""Small archives with random content in the layouts of the published ones, in the folders where a user puts them."""

import csv
import gzip
import hashlib
import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from quantshift.models.vision import torchvision
from tests.python2 import pickled_batch

RANDOM = np.random.default_rng(0)
# Numbers of training and test images of MNIST, images per batch of CIFAR-10, reviews per label, pictures per split.
MNIST = (200, 40)
BATCH = 40
REVIEWS = 40
WILDS = {"train": 40, "val": 3, "test": 10, "id_val": 10, "id_test": 12}
WORDS = ["a", "the", "this", "film", "story", "actor", "was", "good", "bad", "dull", "loved", "hated", "never"]


def digest(path: Path, kind: str) -> str:
    """Return a file's checksum in the notation of artifacts."""
    return f"{kind}:{hashlib.new(kind, path.read_bytes()).hexdigest()}"


def pixels(*shape: int) -> NDArray[np.uint8]:
    """Return random images."""
    return RANDOM.integers(0, 256, shape, dtype=np.uint8)


def labels(count: int, classes: int) -> NDArray[np.uint8]:
    """Return labels that cycle through all classes."""
    return (np.arange(count) % classes).astype(np.uint8)


def packed(array: NDArray[np.generic]) -> bytes:
    """Return an array as a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def tar(path: Path, members: dict[str, bytes], mode: str) -> None:
    """Write an archive."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, mode) as file:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            file.addfile(entry, io.BytesIO(content))


def write_mnist(folder: Path) -> None:
    """Write the four IDX files."""
    folder.mkdir(parents=True)
    for part, count in zip(("train", "t10k"), MNIST, strict=True):
        for kind, array in (("images-idx3", pixels(count, 28, 28)), ("labels-idx1", labels(count, 10))):
            header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, dtype=">u4").tobytes()
            (folder / f"{part}-{kind}-ubyte.gz").write_bytes(gzip.compress(header + array.tobytes()))


def write_mnist_c(folder: Path, shifts: list[str]) -> None:
    """Write mnist_c.zip."""
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "mnist_c.zip", "w") as file:
        for shift in shifts:
            file.writestr(f"mnist_c/{shift}/test_images.npy", packed(pixels(MNIST[1], 28, 28, 1)))
            file.writestr(f"mnist_c/{shift}/test_labels.npy", packed(labels(MNIST[1], 10).astype(np.int64)))


def write_cifar10(folder: Path) -> None:
    """Write cifar-10-python.tar.gz."""
    names = [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]
    members = {}
    for name in names:
        batch = {"data": pixels(BATCH, 3072), "labels": labels(BATCH, 10).tolist()}
        members[f"cifar-10-batches-py/{name}"] = pickled_batch(batch)
    tar(folder / "cifar-10-python.tar.gz", members, "w:gz")


def write_cifar10_c(folder: Path, shifts: list[str]) -> None:
    """Write CIFAR-10-C.tar, with five severities one after another in each file."""
    members = {f"CIFAR-10-C/{shift}.npy": packed(pixels(5 * BATCH, 32, 32, 3)) for shift in shifts}
    members["CIFAR-10-C/labels.npy"] = packed(np.tile(labels(BATCH, 10), 5))
    tar(folder / "CIFAR-10-C.tar", members, "w")


def sentences(count: int) -> list[str]:
    """Return distinct texts."""
    return [" ".join([*RANDOM.choice(WORDS, 12), f"number{RANDOM.integers(1 << 30)}"]) for _ in range(count)]


def write_imdb(folder: Path) -> None:
    """Write aclImdb_v1.tar.gz."""
    members = {
        f"aclImdb/{part}/{label}/{number}_{1 if label == 'neg' else 10}.txt": text.encode()
        for part in ("train", "test")
        for label in ("neg", "pos")
        for number, text in enumerate(sentences(REVIEWS))
    }
    tar(folder / "aclImdb_v1.tar.gz", members, "w:gz")


def write_yelp(folder: Path) -> None:
    """Write test.csv."""
    folder.mkdir(parents=True)
    rows = [f'"{1 + number % 2}","{text}"\n' for number, text in enumerate(sentences(20))]
    (folder / "test.csv").write_text("".join(rows), encoding="utf-8")


def write_iwildcam(folder: Path) -> None:
    """Write iwildcam_v2.0 as WILDS unpacks it."""
    release = folder / "iwildcam_v2.0"
    (release / "train").mkdir(parents=True)
    (release / "RELEASE_v2.0.txt").touch()
    splits = [name for name, count in WILDS.items() for _ in range(count)]
    with (release / "metadata.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["", "split", "location_remapped", "sequence_remapped", "filename", "y"])
        for number, name in enumerate(splits):
            writer.writerow([number, name, number % 7, number // 2, f"{number}.jpg", number % 182])
            Image.fromarray(pixels(48, 60, 3)).save(release / f"train/{number}.jpg")


def write_weights(folder: Path, architecture: str, name: str) -> None:
    """Write untrained weights of ImageNet's thousand classes under the published file's name."""
    folder.mkdir(parents=True)
    torch.save(getattr(torchvision.models, architecture)().state_dict(), folder / name)
