"""The test emoji as another vendor draws them."""

import json

import numpy as np
import pytest
from PIL import Image

from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.data.sources import emoji
from quantshift.datasets.emoji import read
from quantshift.shifts.vendor import vendor

COUNT = 40


def write_package(folder, name, colour):
    """Write a vendor's package; picture n has 6n in two channels and the vendor's `colour` in the third."""
    drawings = folder / "package/img" / name / "64"
    drawings.mkdir(parents=True)
    table = []
    for n in range(COUNT):
        image = f"1f4{n:02x}.png"
        table.append(
            {
                "unified": f"1F4{n:02X}",
                "image": image,
                "category": emoji.CATEGORIES[n % 9],
                "has_img_google": True,
                "has_img_twitter": True,
            }
        )
        Image.new("RGB", (64, 64), (6 * n, 6 * n, colour)).save(drawings / image)
    (folder / "package/emoji.json").write_text(json.dumps(table), encoding="utf-8")
    return folder


def test_exactly_the_test_emoji_in_the_same_order(tmp_path):
    clean = read(write_package(tmp_path / "google", "google", 0))
    images, labels, sources = vendor.load(write_package(tmp_path / "twitter", "twitter", 255))
    np.testing.assert_array_equal(sources, clean.test_sources)
    np.testing.assert_array_equal(labels, clean.test_labels)
    google, twitter = clean.test_inputs[:], images[:]
    assert google.shape == twitter.shape
    assert len(google) > 5
    np.testing.assert_array_equal(google[:, :2], twitter[:, :2])
    assert (google[:, 2] == 0).all()
    assert (twitter[:, 2] == 255).all()


def test_the_package_of_another_vendor_is_rejected(tmp_path):
    folder = write_package(tmp_path, "google", 0)
    with pytest.raises(QuantshiftError, match="pictures are missing or empty"):
        vendor.load(folder)


def test_it_is_a_member_with_an_artifact():
    assert members.names("shifts/vendor") == ("vendor",)
    assert members.constants("shifts/vendor/vendor")["ARTIFACT"] == "emoji_twitter"
