import pytest

from quantshift.data.text.words import plain, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("...!? 10/10", []),
        ("GREAT Film", ["great", "film"]),
        ("don't", ["don", "t"]),
        ("caf\u00e9 na\u00efve", ["caf", "na", "ve"]),
        ("one\ntwo\tthree_four", ["one", "two", "three", "four"]),
        ("\u212aelvin \U0001f600 z\0a", ["kelvin", "z", "a"]),
    ],
)
def test_words_are_runs_of_letters(text, expected):
    assert words(text) == expected


def test_all_letters_are_letters():
    assert words("abcdefghijklmnopqrstuvwxyz `{@[") == ["abcdefghijklmnopqrstuvwxyz"]


@pytest.mark.parametrize("tag", ["<br />", "<br/>", "<br>", "<BR />", "<br  />"])
def test_line_breaks_separate_words(tag):
    assert words(plain(f"bad.{tag}{tag}good")) == ["bad", "good"]


def test_other_markup_is_text():
    assert plain("<i>x</i> <brother>") == "<i>x</i> <brother>"


def test_entities_are_characters():
    assert words(plain("love &amp; peace &lt;3 &#39;tis")) == ["love", "peace", "tis"]
