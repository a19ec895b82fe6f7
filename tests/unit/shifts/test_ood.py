"""Other cameras of iWildCam, read from a small release in the layout of WILDS v2.0."""

import csv

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.shifts.ood import ood

COUNTS = {"train": 2, "val": 1, "test": 3, "id_val": 1, "id_test": 1}


@pytest.fixture
def folder(tmp_path):
    release = tmp_path / "iwildcam_v2.0"
    (release / "train").mkdir(parents=True)
    with (release / "metadata.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["split", "filename", "y", "sequence_remapped"])
        for split, count in COUNTS.items():
            for n in range(count):
                writer.writerow([split, f"{split}{n}.jpg", 100 + n, f"{split}{n // 2}"])
                shade = 40 * n if split == "test" else 255
                Image.new("L", (20, 10), shade).save(release / f"train/{split}{n}.jpg")
    return tmp_path


def test_the_pictures_of_other_cameras(folder):
    images, labels, sources = ood.load(folder, COUNTS)
    assert images.shape == (3, 3, 448, 448)
    assert labels.tolist() == [100, 101, 102]
    assert sources[0] == sources[1] != sources[2]
    np.testing.assert_allclose(images[:].mean(axis=(1, 2, 3)), [0, 40, 80], atol=2)


def test_a_release_with_other_counts_is_rejected(folder):
    with pytest.raises(QuantshiftError, match="is it the complete version"):
        ood.load(folder)


def test_it_has_the_name_used_in_the_published_tables(root):
    assert members.names("shifts/ood") == ("ood",)
    assert members.constants("shifts/ood/ood")["ARTIFACT"] == "iwildcam"
    table = pd.read_csv(
        root / "src/quantshift/studies/arxiv_2204_04220/published/evaluation.csv", keep_default_na=False
    )
    assert set(table[table["dataset"] == "iwildcam"]["shift"]) == {"none", "ood"}
