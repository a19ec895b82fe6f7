"""iWildCam from a small release in exactly the layout of WILDS v2.0."""

import csv

import numpy as np
import pytest
from PIL import Image

from quantshift.core.dataset_facts import DatasetFacts, facts_of
from quantshift.core.errors import QuantshiftError
from quantshift.data.modalities import DataSet
from quantshift.data.sources import wilds
from quantshift.data.splits import split
from quantshift.data.stored_splits import write
from quantshift.datasets import iwildcam
from quantshift.fetching.artifacts import iwildcam as artifact
from quantshift.fetching.fetch import fetch_from
from quantshift.seeds import generator

COUNTS = {"train": 12, "val": 3, "test": 5, "id_val": 2, "id_test": 4}
# As in the release; only four of them are read.
COLUMNS = [
    *("", "split", "category_id", "name", "location_remapped", "location", "sequence_remapped", "seq_id"),
    *("seq_num_frames", "seq_frame_num", "datetime", "file_name", "filename", "y"),
]
SPLITS = [name for name, count in COUNTS.items() for _ in range(count)]
LABELS = [7 * n % 182 for n in range(len(SPLITS))]
SEQUENCES = [n // 2 for n in range(len(SPLITS))]  # bursts of two


def rows():
    """Return the table's rows; the splits are mixed, as they are there."""
    order = np.random.default_rng(0).permutation(len(SPLITS))
    return [
        dict.fromkeys(COLUMNS, "0")
        | {
            "split": SPLITS[n],
            "filename": f"8a{n:02d}-21bc-11ea.jpg",
            "y": str(LABELS[n]),
            "sequence_remapped": str(SEQUENCES[n]),
            "datetime": "2013-06-05 05:44:19.000",
        }
        for n in order
    ]


def write_table(folder, table, columns=COLUMNS):
    with (folder / "metadata.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(table)


@pytest.fixture
def release(tmp_path):
    """A user's folder with pictures, each filled with a colour that encodes its number."""
    folder = tmp_path / "data/iwildcam/iwildcam_v2.0"
    (folder / "train").mkdir(parents=True)
    (folder / "RELEASE_v2.0.txt").write_text("", encoding="utf-8")
    write_table(folder, rows())
    for n in range(len(SPLITS)):
        Image.new("RGB", (60, 44), (5 * n, 0, 0)).save(folder / f"train/8a{n:02d}-21bc-11ea.jpg", quality=95)
    return folder


def read(release, counts=COUNTS):
    return iwildcam.read(release.parent, counts)


def numbers(part):
    """Return the pictures' numbers by their colour."""
    return np.rint(part[:, 0].mean(axis=(1, 2)) / 5).astype(int).tolist()


def expected(name):
    return [int(row["filename"][2:4]) for row in rows() if row["split"] == name]


def test_the_facts_are_those_of_the_published_splits():
    train, test, validation = (wilds.COUNTS[split] for split in ("train", "id_test", "id_val"))
    expected = DatasetFacts("iwildcam", "image", wilds.SHAPE, wilds.CLASSES, train, test, validation, {})
    assert facts_of("iwildcam") == expected
    assert (wilds.SHAPE, wilds.CLASSES, validation) == ((3, 448, 448), 182, 7_314)


def test_the_published_counts():
    """The table of data sets in the paper on WILDS has 203,029 pictures in total."""
    assert sum(wilds.COUNTS.values()) == 203_029


def test_the_splits_are_those_of_the_table(release):
    data = read(release)
    assert data.train_inputs.shape == (12, 3, 448, 448)
    assert data.test_inputs.shape == (4, 3, 448, 448)
    assert numbers(data.train_inputs[:]) == expected("train")
    assert numbers(data.test_inputs[:]) == expected("id_test")
    assert data.train_labels.dtype == data.test_labels.dtype == np.int64
    assert data.train_labels.tolist() == [LABELS[n] for n in expected("train")]
    assert data.test_labels.tolist() == [LABELS[n] for n in expected("id_test")]


def test_validation_data_are_those_of_the_same_cameras_on_other_days(release):
    validation = read(release).validation
    assert numbers(validation.inputs[:]) == expected("id_val")
    assert validation.labels.tolist() == [LABELS[n] for n in expected("id_val")]


def test_a_burst_is_one_source_in_all_splits(release):
    data = read(release)
    bursts = {}
    for name, sources in (
        ("train", data.train_sources),
        ("id_test", data.test_sources),
        ("id_val", data.validation.sources),
    ):
        assert sources.dtype == np.int64
        for n, number in zip(expected(name), sources, strict=True):
            bursts.setdefault(SEQUENCES[n], set()).add(int(number))
    assert all(len(ids) == 1 for ids in bursts.values())
    assert len(set.union(*bursts.values())) == len(bursts)
    assert len(set(data.train_sources)) == 6


def test_a_picture_without_a_sequence_is_rejected(release):
    table = rows()
    table[3]["sequence_remapped"] = ""
    write_table(release, table)
    with pytest.raises(QuantshiftError, match=r"metadata\.csv, line 5: the picture has no sequence"):
        read(release)


def test_fetched_by_a_link_split_and_written(release, tmp_path):
    fetch_from(artifact.ORIGINS, "iwildcam", ["file"], tmp_path / "data", tmp_path / "results/iwildcam")
    parts = split(
        iwildcam.read(tmp_path / "results/iwildcam", COUNTS),
        dataset="iwildcam",
        validation=2,
        calibration=1,
        train_limit=4,
        test_limit=3,
        generator=generator("splits", "iwildcam"),
    )
    write(parts, DataSet("iwildcam", "image", (3, 448, 448), {}, tmp_path / "splits"))
    for name, count in {"train": 4, "validation": 2, "calibration": 1, "test": 3}.items():
        inputs, sources = (np.load(tmp_path / "splits" / name / f"{array}.npy") for array in ("inputs", "sources"))
        assert inputs.shape == (count, 3, 448, 448)
        assert inputs.dtype == np.uint8
        origin = {"validation": "id_val", "test": "id_test"}.get(name, "train")
        assert set(numbers(inputs)) <= set(expected(origin))
        first = [SEQUENCES[n] for n in (int(row["filename"][2:4]) for row in rows())]
        order = list(dict.fromkeys(first))
        assert [order.index(SEQUENCES[n]) for n in numbers(inputs)] == sources.tolist()
    assert len(list((release / "train").iterdir())) == len(SPLITS)


def test_other_counts_are_rejected(release):
    with pytest.raises(QuantshiftError, match=r"metadata\.csv has .*train 12.* expected .*train 129809"):
        iwildcam.read(release.parent)
    write_table(release, rows()[:-1])
    with pytest.raises(QuantshiftError, match="is it the complete version"):
        read(release)


def test_an_unknown_split_is_rejected(release):
    write_table(release, [row | {"split": row["split"].replace("id_val", "extra")} for row in rows()])
    with pytest.raises(QuantshiftError, match="extra 2"):
        read(release)


@pytest.mark.parametrize("name", ["../../secret.jpg", "/etc/passwd", "..", "sub/a.jpg", "a\\b.jpg", ""])
def test_names_that_leave_the_folder_are_rejected(release, name):
    table = rows()
    chosen = next(row for row in table if row["split"] == "train")
    chosen["filename"] = name
    write_table(release, table)
    with pytest.raises(QuantshiftError, match="is not the name of a file in"):
        read(release)


@pytest.mark.parametrize("label", ["182", "-1", "cat", "1.5", ""])
def test_labels_outside_the_classes_are_rejected(release, label):
    table = rows()
    table[3]["y"] = label
    write_table(release, table)
    with pytest.raises(QuantshiftError, match=r"metadata\.csv, line 5: "):
        read(release)


@pytest.mark.parametrize("column", ["split", "filename", "y", "sequence_remapped"])
def test_a_table_without_a_column_is_reported(release, column):
    write_table(release, rows(), [name for name in COLUMNS if name != column])
    with pytest.raises(QuantshiftError, match=rf"there is no column {column};"):
        read(release)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"split,filename,y\ntrain", b'split,filename,y\n"tra'])
def test_a_damaged_table_is_reported(release, content):
    (release / "metadata.csv").write_bytes(content)
    with pytest.raises(QuantshiftError, match=r"metadata\.csv, line \d+: "):
        read(release)


def test_missing_pictures_are_counted_before_any_is_decoded(release):
    gone = expected("train")[:2]
    (release / f"train/8a{gone[0]:02d}-21bc-11ea.jpg").unlink()
    (release / f"train/8a{gone[1]:02d}-21bc-11ea.jpg").write_bytes(b"")
    with pytest.raises(QuantshiftError, match=rf"2 of 12 pictures are missing or empty, first \S+8a{gone[0]:02d}"):
        read(release)


def test_a_truncated_picture_is_named_when_it_is_decoded(release):
    path = release / f"train/8a{expected('train')[1]:02d}-21bc-11ea.jpg"
    path.write_bytes(path.read_bytes()[:400])
    data = read(release)
    assert data.train_inputs[0].shape == (3, 448, 448)
    with pytest.raises(QuantshiftError, match=f"{path.name} cannot be read as a picture"):
        data.train_inputs[:]


def test_a_release_without_its_table_is_reported(release):
    (release / "metadata.csv").unlink()
    with pytest.raises(QuantshiftError, match=r"metadata\.csv is missing: unpack iWildCam v2\.0 again"):
        read(release)
