"""Emoji from small packages in the layout of emoji-datasource."""

import json

import numpy as np
import pytest
from PIL import Image

from quantshift import emoji as source
from quantshift import members
from quantshift.datasets import emoji
from quantshift.errors import QuantshiftError

COUNT = 60


def entries(count=COUNT):
    """Return the table's entries: one in twelve is a component, and one in five has a variation of skin colour."""
    found = []
    for n in range(count):
        name = f"1f6{n:02x}.png"
        entry = {
            "name": f"EMOJI {n}",
            "unified": f"1F6{n:02X}",
            "image": name,
            "short_name": f"e{n}",
            "category": "Component" if n % 12 == 11 else source.CATEGORIES[n % 9],
            "has_img_google": True,
            "has_img_twitter": n != 7,
        }
        if n % 5 == 0:
            entry["skin_variations"] = {"1F3FB": {"unified": f"1F6{n:02X}-1F3FB", "image": f"1f6{n:02x}-1f3fb.png"}}
        found.append(entry)
    return found


def write_package(folder, table, vendor="google"):
    """Write a package's table and pictures, each of one colour that tells its number."""
    drawings = folder / "package/img" / vendor / "64"
    drawings.mkdir(parents=True)
    (folder / "package/emoji.json").write_text(json.dumps(table), encoding="utf-8")
    for n, entry in enumerate(table):
        if entry[f"has_img_{vendor}"]:
            Image.new("RGBA", (64, 64), (4 * n, 0, 0, 255)).save(drawings / entry["image"])
        for variation in entry.get("skin_variations", {}).values():
            Image.new("RGBA", (64, 64), "green").save(drawings / variation["image"])
    return folder


def numbers(pictures):
    return [int(value) // 4 for value in pictures[:, 0, 0, 0]]


def test_constants_are_literal():
    constants = members.constants("datasets/emoji")
    assert (constants["ARTIFACT"], constants["CLASSES"], constants["INPUT"]) == ("emoji_google", 9, "image")
    assert constants["SHAPE"][0] == 3
    assert constants["CLASSES"] == len(source.CATEGORIES)
    assert list(source.CATEGORIES) == sorted(source.CATEGORIES)


def test_each_emoji_is_on_one_side_with_its_category(tmp_path):
    data = emoji.read(write_package(tmp_path, entries()))
    train, test = numbers(data.train_inputs[:]), numbers(data.test_inputs[:])
    assert sorted(train + test) == [n for n in range(COUNT) if n % 12 != 11]
    assert data.train_labels.tolist() == [n % 9 for n in train]
    assert data.test_labels.tolist() == [n % 9 for n in test]
    assert data.train_labels.dtype == np.int64
    assert data.train_inputs.shape[1:] == data.test_inputs.shape[1:] == emoji.SHAPE


def test_the_side_of_an_emoji_does_not_depend_on_the_others(tmp_path):
    table = entries()
    whole = emoji.read(write_package(tmp_path / "whole", table))
    half = emoji.read(write_package(tmp_path / "half", table[: COUNT // 2]))
    kept = [n for n in numbers(whole.test_inputs[:]) if n < COUNT // 2]
    assert numbers(half.test_inputs[:]) == kept


def test_a_third_are_test_data_in_a_random_order():
    places = [source.place(f"{code:04X}") for code in range(0x1F300, 0x1F300 + 3000)]
    assert abs(np.mean(np.array(places) < source.TEST_SHARE) - 1 / 3) < 0.03
    assert abs(np.corrcoef(places, np.arange(3000))[0, 1]) < 0.06
    assert source.place("1f600") == source.place("1F600")


def test_an_emoji_that_the_vendor_has_not_drawn_is_left_out(tmp_path):
    folder = write_package(tmp_path, entries(), "twitter")
    found = [n for part in ("train", "test") for n in numbers(source.read(folder, "twitter", part, (3, 8, 8))[0][:])]
    assert sorted(found) == [n for n in range(COUNT) if n % 12 != 11 and n != 7]


@pytest.mark.parametrize("name", ["../../../emoji.png", "/etc/passwd", "..", "a/b.png"])
def test_names_that_leave_the_folder_are_refused(tmp_path, name):
    table = entries()
    folder = write_package(tmp_path, table)
    table[0]["image"] = name
    (folder / "package/emoji.json").write_text(json.dumps(table), encoding="utf-8")
    with pytest.raises(QuantshiftError, match="is not the name of a file in"):
        emoji.read(folder)


@pytest.mark.parametrize(
    "change",
    [{"category": "Skiing"}, {"image": None}, {"unified": 7}, {"image": ["a.png"]}, {"category": ["Flags"]}],
)
def test_other_entries_are_refused(tmp_path, change):
    table = entries()
    folder = write_package(tmp_path, table)
    table[5] |= change
    (folder / "package/emoji.json").write_text(json.dumps(table), encoding="utf-8")
    with pytest.raises(QuantshiftError, match=r"emoji\.json is not the table of emoji-datasource-google"):
        emoji.read(folder)


@pytest.mark.parametrize("content", ["[1, 2]", '[{"unified": "1F600"}]', '"text"', "null", "7"])
def test_another_table_is_refused(tmp_path, content):
    folder = write_package(tmp_path, entries())
    (folder / "package/emoji.json").write_text(content, encoding="utf-8")
    with pytest.raises(QuantshiftError, match=r"emoji\.json is not the table of emoji-datasource-google"):
        emoji.read(folder)


def test_a_missing_picture_is_told(tmp_path):
    folder = write_package(tmp_path, entries())
    (folder / "package/img/google/64/1f602.png").unlink()
    with pytest.raises(QuantshiftError, match=r"1 of \d+ pictures are missing or empty, first \S+1f602\.png"):
        emoji.read(folder)
