import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.data.sources.wordnet import synonyms


def test_synonyms_are_ordered_by_part_of_speech_and_sense(wordnet):
    assert synonyms(wordnet) == {
        "film": ("movie", "shoot"),
        "movie": ("film",),
        "spectacle": ("show", "a", "b", "c", "d", "e", "f", "g", "h", "i"),
        "shoot": ("film",),
        "galore": ("plentiful",),
        "plentiful": ("galore",),
    }


def test_princetons_own_archive_has_another_folder(wordnet):
    (wordnet / "WordNet-3.0").mkdir()
    (wordnet / "usr/share/wordnet").rename(wordnet / "WordNet-3.0/dict")
    assert synonyms(wordnet)["movie"] == ("film",)


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("data.noun", "garbage\n", "the line 'garbage"),
        ("data.noun", "00000100 06 n ff film 0 000 | too few words\n", "the line '00000100"),
        ("data.noun", "", "the sense 00000100 of film is not in data.noun"),
        ("index.verb", "film v one 0 1 1 00000100\n", "the line 'film v one"),
        ("index.verb", "film v 2 0 2 1 00000100\n", "film has 1 of 2 senses"),
        ("index.verb", "film v 1 0\n", "film has 0 of 1 senses"),
    ],
)
def test_another_file_is_rejected(wordnet, file, content, reason):
    path = wordnet / "usr/share/wordnet" / file
    path.write_text(content, encoding="ascii")
    with pytest.raises(QuantshiftError, match=f"is not a file of WordNet \\({reason}"):
        synonyms(wordnet)


def test_binary_content_is_rejected(wordnet):
    (wordnet / "usr/share/wordnet/index.adj").write_bytes(b"\xff\xfe\0" * 100)
    with pytest.raises(QuantshiftError, match=r"index\.adj is not a file of WordNet"):
        synonyms(wordnet)


def test_the_message_names_a_missing_file(wordnet):
    (wordnet / "usr/share/wordnet/data.adv").unlink()
    with pytest.raises(
        QuantshiftError, match=r"data\.adv is missing: delete .*results/fetched/wordnet and repeat the run"
    ):
        synonyms(wordnet)
