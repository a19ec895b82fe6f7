import json
import time

import numpy as np
import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.data.text import vocabulary

TEXTS = ["the film the cast", "The plot, a film", "b a"]


def test_words_are_ordered_by_frequency_and_then_alphabetically():
    # the 3, a 2, film 2, b 1, cast 1, plot 1
    assert vocabulary.build(TEXTS, 100).entries == ("", "<unknown>", "the", "a", "film", "b", "cast", "plot")
    assert vocabulary.build(TEXTS, 6).entries == ("", "<unknown>", "the", "a", "film", "b")


def test_the_order_of_the_texts_does_not_matter():
    assert vocabulary.build(TEXTS, 7).entries == vocabulary.build(reversed(TEXTS), 7).entries


def test_texts_are_aligned_at_the_end():
    encoded = vocabulary.build(TEXTS, 6).encode(["the film", "", "a b c d the", "plot"], 4)
    assert encoded.dtype == np.int32
    assert encoded.tolist() == [[0, 0, 2, 4], [0, 0, 0, 0], [5, 1, 1, 2], [0, 0, 0, 1]]


def test_reserved_entries_are_not_words():
    entries = vocabulary.Vocabulary(["", "<unknown>", "unknown"])
    assert entries.encode(["unknown <unknown> other"], 3).tolist() == [[2, 2, 1]]


def test_a_written_vocabulary_is_read_back(tmp_path):
    built = vocabulary.build(TEXTS, 7)
    vocabulary.write(built, tmp_path / "vocabulary.json")
    again = vocabulary.read(tmp_path / "vocabulary.json", 7)
    assert again.entries == built.entries
    np.testing.assert_array_equal(again.encode(TEXTS, 5), built.encode(TEXTS, 5))
    assert len(again) == 7


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[",
        b"{}",
        b"null",
        b"\xff\xfe",
        json.dumps(["", "<unknown>", 3]).encode(),
        json.dumps(["", "<unknown>", ["the"]]).encode(),
        json.dumps(["the", "a"]).encode(),
        json.dumps([]).encode(),
        json.dumps(["", "<unknown>", "the", "the"]).encode(),
        json.dumps(["", "<unknown>", *map(str, range(20))]).encode(),
    ],
)
def test_another_file_is_rejected(tmp_path, content):
    (tmp_path / "vocabulary.json").write_bytes(content)
    with pytest.raises(QuantshiftError, match=r"vocabulary\.json is not "):
        vocabulary.read(tmp_path / "vocabulary.json", 20)


def test_the_message_names_a_missing_file(tmp_path):
    with pytest.raises(QuantshiftError, match=r"vocabulary\.json is missing"):
        vocabulary.read(tmp_path / "vocabulary.json", 20)


def test_thousands_of_reviews_take_less_than_seconds():
    random = np.random.default_rng(0)
    numbers = random.zipf(1.3, size=(2000, 230)) % 30_000
    texts = [
        " ".join("w" + "abcdefghij"[n % 10] + "klmnopqrst"[n // 10 % 10] * (n // 100 % 9) for n in row)
        for row in numbers
    ]
    start = time.perf_counter()
    encoded = vocabulary.build(texts, 20_000).encode(texts, 200)
    assert time.perf_counter() - start < 5  # 0.2 s on a quiet machine
    assert encoded.shape == (2000, 200)
    assert encoded.min() > 1
