"""Emoji from small packages in the layout of emoji-datasource."""

import json

import numpy as np
import pytest
from PIL import Image

from quantshift.core.dataset_facts import DatasetFacts, facts_of
from quantshift.core.errors import QuantshiftError
from quantshift.data.sources import emoji as source
from quantshift.data.sources.emoji_motifs import motif
from quantshift.datasets import emoji

COUNT = 60


def entries(count=COUNT):
    """Return the table's entries: one in twelve is a component, and one in five has a variation of skin colour."""
    table = []
    for n in range(count):
        name = f"1f7{n:02x}.png"
        entry = {
            "name": f"EMOJI {n}",
            "unified": f"1F7{n:02X}",
            "image": name,
            "short_name": f"e{n}",
            "category": "Component" if n % 12 == 11 else source.CATEGORIES[n % 9],
            "has_img_google": True,
            "has_img_twitter": n != 7,
        }
        if n % 5 == 0:
            entry["skin_variations"] = {"1F3FB": {"unified": f"1F7{n:02X}-1F3FB", "image": f"1f7{n:02x}-1f3fb.png"}}
        table.append(entry)
    return table


def write_package(folder, table, vendor="google"):
    """Write a package's table and pictures, each filled with a colour that encodes its number."""
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


def test_the_facts():
    facts = facts_of("emoji")
    assert facts == DatasetFacts("emoji_google", "image", source.SHAPE, len(source.CATEGORIES), 1_286, 585, None, {})
    assert list(source.CATEGORIES) == sorted(source.CATEGORIES)


def test_each_emoji_is_in_one_split_with_its_category(tmp_path):
    data = emoji.read(write_package(tmp_path, entries()))
    train, test = numbers(data.train_inputs[:]), numbers(data.test_inputs[:])
    assert sorted(train + test) == [n for n in range(COUNT) if n % 12 != 11]
    assert data.train_labels.tolist() == [n % 9 for n in train]
    assert data.test_labels.tolist() == [n % 9 for n in test]
    assert data.train_labels.dtype == np.int64
    assert data.train_inputs.shape[1:] == data.test_inputs.shape[1:] == source.SHAPE


def test_the_split_of_an_emoji_does_not_depend_on_the_others(tmp_path):
    table = entries()
    whole = emoji.read(write_package(tmp_path / "whole", table))
    half = emoji.read(write_package(tmp_path / "half", table[: COUNT // 2]))
    common = [n for n in numbers(whole.test_inputs[:]) if n < COUNT // 2]
    assert numbers(half.test_inputs[:]) == common


def test_a_third_are_test_data_in_a_random_order():
    positions = [source.position(f"{code:04X}") for code in range(0x1F300, 0x1F300 + 3000)]
    assert abs(np.mean(np.array(positions) < source.TEST_SHARE) - 1 / 3) < 0.03
    assert abs(np.corrcoef(positions, np.arange(3000))[0, 1]) < 0.06


# Genders of two motifs, families and flags.
TWINS = ["1F3C3", "1F3C3-200D-2640-FE0F", "1F3C3-200D-2642-FE0F", "1F468-200D-1F33E", "1F469-200D-1F33E"]
FAMILIES = ["1F46A", "1F468-200D-1F466", "1F9D1-200D-1F9D2", "1F9D1-200D-1F9D1-200D-1F9D2"]
FLAGS = ["1F1F3-1F1F4", "1F1F8-1F1EF", "1F1F8-1F1EA"]


def people(tmp_path, vendor="google"):
    """Write a package in which some families and some flags have equal pictures; all other pictures differ."""
    table = entries()
    for code in (*TWINS, *FAMILIES, *FLAGS):
        category = "Flags" if code in FLAGS else "People & Body"
        images = {"unified": code, "image": f"{code.lower()}.png", "category": category}
        table.append({**images, "has_img_google": True, "has_img_twitter": True})
    folder = write_package(tmp_path, table, vendor)
    kinds = [*TWINS, "family", "family", "family", FAMILIES[3], "norway", "norway", FLAGS[2]]
    for kind, entry in zip(kinds, table[COUNT:], strict=True):
        image = Image.new("RGB", (64, 64), (0, 20 * kinds.index(kind), 255))
        image.save(folder / f"package/img/{vendor}/64" / entry["image"])
    return folder


def test_emoji_of_one_motif_have_one_source_and_are_in_one_split(tmp_path):
    data = emoji.read(people(tmp_path))
    motifs = {}
    for inputs, sources in ((data.train_inputs, data.train_sources), (data.test_inputs, data.test_sources)):
        assert sources.dtype == np.int64
        assert len(sources) == len(inputs)
        for path, number in zip(inputs.paths, sources, strict=True):
            motifs.setdefault(motif(path.stem), []).append((inputs is data.train_inputs, number))
    assert all(len(set(emoji_of_motif)) == 1 for emoji_of_motif in motifs.values())
    assert [len(motifs[shown]) for shown in ("1F3C3", "1F9D1-1F33E", "1F46A")] == [3, 2, 2]
    numbers = [emoji_of_motif[0][1] for emoji_of_motif in motifs.values()]
    assert len(set(numbers)) == len(numbers)
    assert not set(data.train_sources) & set(data.test_sources)


def test_near_copies_are_one_source_in_one_part_and_not_adjacent(tmp_path):
    """The 24 clock faces have one part and one source; other pictures are between them."""
    table = entries()
    for n in range(24):
        code = f"1F5{0x50 + n:02X}"
        table.append(entries()[0] | {"unified": code, "image": f"{code.lower()}.png", "category": "Travel & Places"})
    data = emoji.read(write_package(tmp_path, table))
    parts = [(data.train_inputs, data.train_sources), (data.test_inputs, data.test_sources)]
    faces = [[number for number, path in enumerate(inputs.paths) if path.stem.startswith("1f5")] for inputs, _ in parts]
    assert sorted(map(len, faces)) == [0, 24]
    numbers, sources = max(zip(faces, (sources for _, sources in parts), strict=True), key=lambda part: len(part[0]))
    assert len(set(sources[numbers])) == 1
    assert (sources == sources[numbers[0]]).sum() == 24
    assert max(numbers) - min(numbers) > 24


def test_no_picture_occurs_twice(tmp_path):
    data = emoji.read(people(tmp_path))
    pixels = [picture.tobytes() for inputs in (data.train_inputs, data.test_inputs) for picture in inputs]
    assert len(set(pixels)) == len(pixels)
    names = {path.stem.upper() for inputs in (data.train_inputs, data.test_inputs) for path in inputs.paths}
    assert names.isdisjoint({*FAMILIES[:2], FLAGS[1]})
    assert names >= {*TWINS, *FAMILIES[2:], FLAGS[0], FLAGS[2]}


def test_an_emoji_that_the_vendor_has_not_drawn_is_left_out(tmp_path):
    folder = write_package(tmp_path, entries(), "twitter")
    drawn = [n for part in ("train", "test") for n in numbers(source.read(folder, "twitter", part, (3, 8, 8))[0][:])]
    assert sorted(drawn) == [n for n in range(COUNT) if n % 12 != 11 and n != 7]


@pytest.mark.parametrize("name", ["../../../emoji.png", "/etc/passwd", "..", "a/b.png"])
def test_names_that_leave_the_folder_are_rejected(tmp_path, name):
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
def test_other_entries_are_rejected(tmp_path, change):
    table = entries()
    folder = write_package(tmp_path, table)
    table[5] |= change
    (folder / "package/emoji.json").write_text(json.dumps(table), encoding="utf-8")
    with pytest.raises(QuantshiftError, match=r"emoji\.json is not the table of emoji-datasource-google"):
        emoji.read(folder)


@pytest.mark.parametrize("content", ["[1, 2]", '[{"unified": "1F600"}]', '"text"', "null", "7"])
def test_another_table_is_rejected(tmp_path, content):
    folder = write_package(tmp_path, entries())
    (folder / "package/emoji.json").write_text(content, encoding="utf-8")
    with pytest.raises(QuantshiftError, match=r"emoji\.json is not the table of emoji-datasource-google"):
        emoji.read(folder)


def test_a_missing_picture_is_reported(tmp_path):
    folder = write_package(tmp_path, entries())
    (folder / "package/img/google/64/1f702.png").unlink()
    with pytest.raises(QuantshiftError, match=r"1 of \d+ pictures are missing or empty, first \S+1f702\.png"):
        emoji.read(folder)
