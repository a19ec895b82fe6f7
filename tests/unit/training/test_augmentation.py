"""Random crops and mirror images of training inputs."""

import numpy as np
import pytest
import torch
from tests.answers import IMAGES

from quantshift.models.tensors import on_cpu
from quantshift.models.vision import torchvision
from quantshift.training.augmentation import Augmented, augmentation_for
from quantshift.training.batches import Resident, Streamed
from quantshift.training.modalities.augmentation import image

SETTINGS = {"crop_padding": 4, "horizontal_flip": True}
SHAPE = (3, 12, 10)


def images(count: int = 64) -> np.ndarray:
    return np.random.default_rng(0).integers(1, 256, (count, *SHAPE), dtype=np.uint8)


def test_crops_are_those_of_torchvision():
    rows, columns = image.draw(64, SHAPE, SETTINGS, np.random.default_rng(1))
    reference = torchvision.transforms.functional
    original = torch.from_numpy(images()).float()
    changed = image.augment(original, SETTINGS, rows, columns)
    padded = reference.pad(original, [4])
    for number, (top, across) in enumerate(zip(rows[:, 0].tolist(), columns, strict=True)):
        expected = reference.crop(padded[number], top, int(across.min()), *SHAPE[1:])
        mirrored = bool(across[0] > across[-1])
        assert torch.equal(changed[number], reference.hflip(expected) if mirrored else expected)


def test_all_windows_and_both_directions_are_equally_frequent():
    count = 81_000
    rows, columns = image.draw(count, SHAPE, SETTINGS, np.random.default_rng(2))
    mirrored = columns[:, 0] > columns[:, -1]
    assert abs(float(mirrored.float().mean()) - 0.5) < 4 * 0.5 / count**0.5
    windows = 9 * rows[:, 0] + columns.min(dim=1).values
    shares = torch.bincount(windows, minlength=81) / count
    assert len(shares) == 81
    assert float((shares - 1 / 81).abs().max()) < 5 * (1 / 81 / count) ** 0.5
    assert torch.equal(rows - rows[:, :1], torch.arange(12).expand(count, -1))


@pytest.mark.parametrize("horizontal_flip", [False, True])
def test_without_padding_images_are_only_mirrored(horizontal_flip):
    settings = {"crop_padding": 0, "horizontal_flip": horizontal_flip}
    original = torch.from_numpy(images()).float()
    changed = image.augment(original, settings, *image.draw(64, SHAPE, settings, np.random.default_rng(3)))
    equal = [torch.equal(*pair) for pair in zip(changed, original, strict=True)]
    flipped = [torch.equal(new, old.flip(-1)) for new, old in zip(changed, original, strict=True)]
    assert all(one or other for one, other in zip(equal, flipped, strict=True))
    assert (0 < sum(flipped) < 64) if horizontal_flip else all(equal)


def augmented(kind: type, settings=SETTINGS):
    augmentation = augmentation_for("cifar10", {"augmentation": settings}, np.random.default_rng(4))
    loader = on_cpu(IMAGES)
    return Augmented(kind(images(), np.arange(64), 16, loader), augmentation, loader.layout)


def test_inputs_on_the_device_and_in_files_are_augmented_alike():
    batches = [augmented(Streamed), augmented(Resident)]
    for part in batches:
        part.start(np.arange(64)[::-1].copy())
        part.select(1)
    (inputs, labels), (others, other_labels) = (part.current() for part in batches)
    assert torch.equal(inputs, others)
    assert labels.tolist() == other_labels.tolist() == list(range(47, 31, -1))
    assert inputs.shape == (16, *SHAPE)
    assert inputs.is_contiguous(memory_format=torch.channels_last)
    assert 0 <= float(inputs.min()) <= float(inputs.max()) <= 1


def test_each_epoch_augments_an_input_in_another_way():
    batches = augmented(Resident)
    epochs = []
    for _ in range(2):
        batches.start(np.arange(64))
        batches.select(0)
        epochs.append(batches.current()[0].clone())
    assert not torch.equal(*epochs)


def test_what_is_drawn_stays_at_its_address():
    batches = augmented(Resident)
    addresses = [upload.target.data_ptr() for upload in batches.uploads]
    batches.select(1)
    assert [upload.target.data_ptr() for upload in batches.uploads] == addresses


@pytest.mark.parametrize("settings", [{}, {"augmentation": None}])
def test_no_settings_no_augmentation(settings):
    assert augmentation_for("imdb", settings, np.random.default_rng(0)) is None
