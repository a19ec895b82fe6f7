"""Data sets and test sets of texts on the disk."""

import json

import numpy as np
import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.data import stored_splits, test_sets
from quantshift.data.modalities import DataSet
from quantshift.data.sources import movie_reviews
from quantshift.data.windows import originals

SIZES = {"validation": 20, "calibration": 10, "train_limit": None, "test_limit": None}
SPLITS = ("train", "validation", "calibration", "test")
REVIEWS = 200


def data_set(folder):
    return DataSet("imdb", "text", (200,), {"tokens": 20_000}, folder)


@pytest.fixture
def source(tmp_path):
    """The package's folder: each review has unique words and words that all reviews have."""
    folder = tmp_path / "fetched/imdb"
    table = folder / movie_reviews.TABLE
    table.parent.mkdir(parents=True)
    letters = "klmnopqrst"
    own = ["".join(letters[int(digit)] for digit in f"{k:03d}") for k in range(REVIEWS)]
    rows = [
        f'"The film &amp; its {word}.<br /><br />It was a {"great" if k % 2 else "bad"} story",{k % 2},imdb'
        for k, word in enumerate(own)
    ]
    table.write_text("\n".join(["text,label,source", *rows]) + "\n", encoding="utf-8")
    (folder / "origin.json").write_text('{"origin": "package"}')
    return folder


@pytest.fixture
def data(source, tmp_path):
    stored_splits.make(data_set(tmp_path / "imdb"), source, SIZES)
    return tmp_path / "imdb"


@pytest.fixture
def vader(tmp_path):
    folder = tmp_path / "fetched/vader/hutto_ICWSM_2014"
    folder.mkdir(parents=True)
    lines = [f"{k}\t{3 if k % 2 else -3}\tThe film {k} was {'great' if k % 2 else 'bad'} &amp; long" for k in range(60)]
    (folder / "tweets_GroundTruth.txt").write_text("\n".join(lines))
    return folder.parent


def arrays(folder):
    return tuple(np.load(folder / f"{name}.npy") for name in ("inputs", "labels", "sources"))


def texts_of(folder):
    return json.loads((folder / "texts.json").read_text(encoding="utf-8"))


def synthetic(data, target, **changes):
    names = {
        "collection": "text_corruptions",
        "suite": "text_corruptions",
        "shift": "keyboard_typos",
        "severity": 5,
        "limit": None,
        "artifact": None,
    }
    test_sets.synthetic(data_set(data), **(names | changes), target=target)
    return arrays(target)


def natural(data, vader, target, limit=None):
    names = {"collection": "tweets", "shift": "tweets"}
    test_sets.natural(data_set(data), **names, limit=limit, artifact=vader, target=target)
    return arrays(target)


def test_each_split_has_arrays_and_texts(data):
    sources = []
    for split, count in zip(SPLITS, (70, 20, 10, 100), strict=True):
        inputs, labels, source = arrays(data / split)
        texts = texts_of(data / split)
        assert (inputs.shape, inputs.dtype) == ((count, 200), np.int32)
        assert len(texts) == len(labels) == len(source) == count
        assert all(("great" in text) == label for text, label in zip(texts, labels, strict=True))
        assert not any("<" in text or "&amp;" in text for text in texts)
        sources += source.tolist()
    assert sorted(sources) == list(range(REVIEWS))
    assert len(list(data.rglob("*.*"))) == 4 * 4 + 1


def test_the_vocabulary_is_of_the_training_split_alone(data):
    entries = json.loads((data / "vocabulary.json").read_text())
    assert entries[:2] == ["", "<unknown>"]
    train = {
        word for text in texts_of(data / "train") for word in text.lower().replace(".", " ").replace("&", " ").split()
    }
    assert set(entries[2:]) == train
    assert not any((arrays(data / "train")[0] == 1).any(axis=1))
    # Every review of the other splits has one word that no training review has.
    for split in ("validation", "calibration", "test"):
        assert ((arrays(data / split)[0] == 1).sum(axis=1) == 1).all()


def test_numbers_are_those_of_the_words(data):
    entries = json.loads((data / "vocabulary.json").read_text())
    inputs, _, _ = arrays(data / "train")
    words = [entries[number] for number in inputs[0] if number]
    assert words == texts_of(data / "train")[0].lower().replace(".", "").replace("&", "").split()
    assert (inputs[0][: 200 - len(words)] == 0).all()


def test_the_same_source_gives_the_same_files(source, tmp_path):
    for name in ("one", "two"):
        stored_splits.make(data_set(tmp_path / name), source, SIZES)
    for path in (tmp_path / "one").rglob("*.*"):
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()


def test_more_than_there_is(source, tmp_path):
    with pytest.raises(QuantshiftError, match=r"datasets\.imdb\.test_limit is 101"):
        stored_splits.make(data_set(tmp_path / "imdb"), source, SIZES | {"test_limit": 101})


def test_shifted_copies_keep_labels_and_sources(data, tmp_path):
    clean = arrays(data / "test")
    inputs, labels, sources = synthetic(data, tmp_path / "shifted")
    np.testing.assert_array_equal(labels, clean[1])
    np.testing.assert_array_equal(sources, clean[2])
    assert (inputs.shape, inputs.dtype) == (clean[0].shape, np.int32)
    assert 0.05 < ((inputs != clean[0]) & (clean[0] > 1)).sum() / (clean[0] > 1).sum() < 0.6
    assert (inputs == 1).sum() > (clean[0] == 1).sum()  # typos make unknown words
    assert texts_of(tmp_path / "shifted") != texts_of(data / "test")


def test_the_same_names_give_the_same_bytes_and_others_not(data, tmp_path):
    first = synthetic(data, tmp_path / "first")[0]
    np.testing.assert_array_equal(first, synthetic(data, tmp_path / "second")[0])
    for number, changes in enumerate(({"severity": 4}, {"suite": "mine"}, {"shift": "character_noise"})):
        assert np.any(first != synthetic(data, tmp_path / f"other{number}", **changes)[0])


def test_limited_copies_are_copies_of_the_texts_of_their_sources(data, tmp_path):
    clean, texts = arrays(data / "test"), texts_of(data / "test")
    indices = {}
    for shift in ("word_drop", "keyboard_typos"):
        for severity in (1, 5):
            target = tmp_path / f"{shift}{severity}"
            inputs, labels, sources = synthetic(data, target, shift=shift, severity=severity, limit=7)
            chosen = originals(clean[2], sources)
            assert len(inputs) == len(set(chosen)) == 7
            np.testing.assert_array_equal(labels, clean[1][chosen])
            if shift == "word_drop":
                for copy, number in zip(texts_of(target), chosen, strict=True):
                    assert set(copy.split()) <= set(texts[number].split())
            indices[shift, severity] = tuple(chosen)
    assert indices["word_drop", 1] == indices["word_drop", 5] != indices["keyboard_typos", 5]


def test_a_shift_gets_the_artifact_that_it_needs(data, tmp_path):
    place = tmp_path / "fetched/wordnet/usr/share/wordnet"
    place.mkdir(parents=True)
    for name in [f"{kind}.{part}" for kind in ("data", "index") for part in ("noun", "verb", "adj", "adv")]:
        (place / name).write_text("")
    (place / "data.noun").write_text("1 06 n 02 film 0 story 0 000 | x\n")
    (place / "index.noun").write_text("film n 1 0 1 0 1\nstory n 1 0 1 0 1\n")
    synthetic(data, tmp_path / "swapped", shift="synonym_swap", artifact=tmp_path / "fetched/wordnet")
    assert any("great film" in text for text in texts_of(tmp_path / "swapped"))


@pytest.mark.parametrize("content", ["[]", '["only one"]', "{}", "[1", json.dumps([1] * 100)])
def test_damaged_texts_are_named(data, tmp_path, content):
    (data / "test/texts.json").write_text(content)
    with pytest.raises(QuantshiftError, match=r"test/texts\.json is not "):
        synthetic(data, tmp_path / "shifted")
    assert not (tmp_path / "shifted").exists()


def test_a_damaged_vocabulary_is_named(data, vader, tmp_path):
    (data / "vocabulary.json").write_text("[]")
    with pytest.raises(QuantshiftError, match=r"vocabulary\.json is not a vocabulary"):
        natural(data, vader, tmp_path / "tweets")
    assert not (tmp_path / "tweets").exists()


def test_other_texts_are_in_the_words_of_the_data_set(data, vader, tmp_path):
    inputs, labels, sources = natural(data, vader, tmp_path / "tweets")
    assert (inputs.shape, inputs.dtype) == ((60, 200), np.int32)
    entries = json.loads((data / "vocabulary.json").read_text())
    assert [entries[number] for number in inputs[0] if number] == [
        "the",
        "film",
        "was",
        "great" if labels[0] else "bad",
        "<unknown>",
    ]
    assert (sources < 0).all()
    assert len(set(sources)) == 60
    assert "&amp;" not in "".join(texts_of(tmp_path / "tweets"))


def test_a_limit_takes_a_random_sample_of_other_texts(data, vader, tmp_path):
    whole, few = natural(data, vader, tmp_path / "whole"), natural(data, vader, tmp_path / "few", limit=9)
    chosen = originals(whole[2], few[2])
    assert len(chosen) == 9
    assert chosen.max() > 9
    for one, other in zip(whole, few, strict=True):
        np.testing.assert_array_equal(one[chosen], other)
    texts = texts_of(tmp_path / "whole")
    assert texts_of(tmp_path / "few") == [texts[number] for number in chosen]
