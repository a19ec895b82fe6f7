import json

import numpy as np
import pytest

from quantshift.core.dataset_facts import DatasetFacts, facts_of
from quantshift.core.errors import QuantshiftError
from quantshift.data.sources import movie_reviews
from quantshift.datasets import imdb


def origin(folder, name):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "origin.json").write_text(json.dumps({"origin": name}))
    return folder


@pytest.fixture
def package(tmp_path):
    """Write the package's table, sorted by label as it is there."""

    def write(count=200, extra=""):
        folder = origin(tmp_path / "package", "package")
        path = folder / movie_reviews.TABLE
        path.parent.mkdir(parents=True)
        rows = [
            f'"Review {k}, {"bad" if k < count // 2 else "good"}.",{int(k >= count // 2)},imdb' for k in range(count)
        ]
        path.write_text(
            "\n".join(["text,label,source", *rows, "A sentence,1,rotten_tomatoes", extra]), encoding="utf-8"
        )
        return folder

    return write


@pytest.fixture
def archive(tmp_path):
    """Write the tree of aclImdb: `<part>/<label>/<id>_<stars>.txt`."""

    def write(reviews, name="home"):
        folder = origin(tmp_path / "archive", name)
        for number, (part, label, text) in enumerate(reviews):
            path = folder / "aclImdb" / part / label / f"{number}_{7 if label == 'pos' else 2}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder

    return write


REVIEWS = [
    (part, label, f"{label} {part} caf\u00e9<br />{number}")
    for part in ("train", "test")
    for label in ("neg", "pos")
    for number in range(10)
]


def test_the_facts():
    assert facts_of("imdb") == DatasetFacts("imdb", "text", (200,), 2, 25_000, 25_000, None, {"tokens": 20_000})


def test_the_packages_reviews_make_two_balanced_halves(package):
    data = imdb.read(package())
    assert data.train_inputs.dtype == data.test_inputs.dtype == object
    assert data.train_labels.dtype == data.test_labels.dtype == np.int64
    assert len(set(data.train_inputs) | set(data.test_inputs)) == 200
    for texts, labels in ((data.train_inputs, data.train_labels), (data.test_inputs, data.test_labels)):
        assert np.bincount(labels).tolist() == [50, 50]
        assert all(("good" in text) == label for text, label in zip(texts, labels, strict=True))
        assert 10 < labels[:50].sum() < 40  # sorted labels would give 0 or 50
    assert "A sentence" not in data.train_inputs


def test_reviews_that_occur_twice_are_in_one_half(package):
    data = imdb.read(package(extra="\n".join(f'"Review {k}, bad.",0,imdb' for k in range(50))))
    assert len(data.train_inputs) + len(data.test_inputs) == 200
    assert not set(data.train_inputs) & set(data.test_inputs)


def test_the_archive_keeps_its_halves(archive):
    data = imdb.read(archive(REVIEWS))
    for texts, labels, part in (
        (data.train_inputs, data.train_labels, "train"),
        (data.test_inputs, data.test_labels, "test"),
    ):
        expected = {text: int(label == "pos") for place, label, text in REVIEWS if place == part}
        assert dict(zip(texts, labels.tolist(), strict=True)) == expected


def test_the_users_own_archive_is_the_same(archive):
    data = imdb.read(archive(REVIEWS, "file"))
    assert len(data.train_inputs) == len(data.test_inputs) == 20


def test_training_reviews_that_are_test_reviews_are_left_out(archive):
    data = imdb.read(archive([*REVIEWS, ("train", "neg", "both"), ("test", "neg", "both"), ("test", "neg", "both")]))
    assert data.test_inputs.tolist().count("both") == 1
    assert "both" not in data.train_inputs


@pytest.mark.parametrize("missing", [("train", "neg"), ("test", "pos")])
def test_a_missing_part_is_reported(archive, missing):
    folder = archive([review for review in REVIEWS if review[:2] != missing])
    with pytest.raises(QuantshiftError, match=r"has no negative or no positive .* reviews"):
        imdb.read(folder)


def test_a_review_that_is_no_text_is_named(archive):
    folder = archive(REVIEWS)
    (folder / "aclImdb/test/pos/0_9.txt").write_bytes(b"caf\xe9")
    with pytest.raises(QuantshiftError, match=r"0_9\.txt is not UTF-8 text"):
        imdb.read(folder)


def test_a_folder_without_origin_is_reported(tmp_path):
    with pytest.raises(QuantshiftError, match=r"origin\.json is missing"):
        imdb.read(tmp_path)
