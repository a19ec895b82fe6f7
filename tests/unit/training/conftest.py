import numpy as np
import pytest
import torch

from quantshift.shifts.digits import digits
from quantshift.storage.arrays import write_array


@pytest.fixture(scope="session")
def splits():
    images, labels = digits.load()
    return {
        "train": (images[:1500, None], labels[:1500]),
        "validation": (images[1500:, None], labels[1500:]),
    }


@pytest.fixture(scope="session")
def data(splits, tmp_path_factory):
    folder = tmp_path_factory.mktemp("digits")
    for name, (inputs, labels) in splits.items():
        write_array(folder / name / "inputs.npy", inputs)
        write_array(folder / name / "labels.npy", labels)
    return folder


@pytest.fixture
def batch(splits):
    torch.set_num_threads(1)
    inputs, labels = splits["train"]
    return torch.from_numpy(inputs[:64].astype(np.float32) / 255), torch.from_numpy(labels[:64])
