"""Corruptions of texts: rates, unchanged parts and reproducibility."""

import shutil

import numpy as np
import pytest

from quantshift.core import members
from quantshift.data.text.words import words
from quantshift.shifts.letters import code_points, is_letter, text_of
from quantshift.shifts.text_corruptions import character_noise, keyboard_typos, synonym_swap, word_drop

SHIFTS = members.names("shifts/text_corruptions")
SENTENCE = "The Quick brown fox (aged 7) jumps over the lazy dog \u2014 caf\u00e9, na\u00efve \U0001f600 film.\n"
TEXTS = [SENTENCE * 40] * 20 + ["", " ", "7!", "x"]


@pytest.fixture
def dictionary(tmp_path):
    """WordNet's files with the synonyms film, movie and picture."""
    folder = tmp_path / "wordnet/usr/share/wordnet"
    folder.mkdir(parents=True)
    for part in ("noun", "verb", "adj", "adv"):
        (folder / f"data.{part}").write_text("", encoding="ascii")
        (folder / f"index.{part}").write_text("", encoding="ascii")
    (folder / "data.noun").write_text(
        "00000001 06 n 03 film 0 movie 0 picture 0 000 | x\n00000002 06 n 02 the 0 angstrom 0 000 | x\n"
    )
    (folder / "index.noun").write_text("film n 1 0 1 0 00000001\nthe n 1 0 1 0 00000002\n")
    yield tmp_path / "wordnet"
    shutil.rmtree(folder)


@pytest.fixture
def apply(dictionary):
    """Apply a shift by its name."""

    def run(shift, texts, severity, seed=0):
        needed = (dictionary,) if "ARTIFACT" in members.constants(f"shifts/text_corruptions/{shift}") else ()
        return members.load("shifts/text_corruptions", shift).apply(
            texts, severity, np.random.default_rng(seed), *needed
        )

    return run


def test_members():
    assert SHIFTS == ("character_noise", "keyboard_typos", "synonym_swap", "word_drop")
    for shift in SHIFTS:
        constants = members.constants(f"shifts/text_corruptions/{shift}")
        assert len(constants["LEVELS"]) == 5
        assert list(constants["LEVELS"]) == sorted(constants["LEVELS"])
        assert constants.get("ARTIFACT") == ("wordnet" if shift == "synonym_swap" else None)


@pytest.mark.parametrize("shift", SHIFTS)
def test_equal_generators_give_equal_texts(apply, shift):
    first = apply(shift, TEXTS, 3)
    assert first == apply(shift, TEXTS, 3)
    assert first != apply(shift, TEXTS, 3, seed=1)
    assert len(first) == len(TEXTS)
    assert first[0] != first[1]  # equal texts change in different positions
    assert first[-4:-1] == (["", "", "7!"] if shift == "word_drop" else ["", " ", "7!"])


@pytest.mark.parametrize("shift", SHIFTS)
def test_the_first_texts_do_not_depend_on_the_number_of_texts(apply, shift):
    assert apply(shift, TEXTS, 2)[:5] == apply(shift, TEXTS[:5], 2)


@pytest.mark.parametrize("shift", SHIFTS)
@pytest.mark.parametrize("severity", [0, 6, -1])
def test_other_severities_are_rejected(apply, shift, severity):
    with pytest.raises(ValueError, match="severity must be a whole number from 1 to 5"):
        apply(shift, TEXTS, severity)


@pytest.mark.parametrize("severity", [1, 5])
def test_typos_replace_letters_by_adjacent_keys_at_the_given_rate(apply, severity):
    near = keyboard_typos.neighbours()
    changed = total = 0
    for before, after in zip(TEXTS, apply("keyboard_typos", TEXTS, severity), strict=True):
        assert len(before) == len(after)
        for clean, typed in zip(before, after, strict=True):
            total += clean.isascii() and clean.isalpha()
            if clean != typed:
                assert typed.lower() in near[clean.lower()]
                assert typed.isupper() == clean.isupper()
                changed += 1
    rate = keyboard_typos.LEVELS[severity - 1]
    assert abs(changed / total - rate) < 4 * (rate / total) ** 0.5


def test_adjacency_of_keys_is_symmetric():
    near = keyboard_typos.neighbours()
    assert sorted(near) == list("abcdefghijklmnopqrstuvwxyz")
    assert all(key in near[other] for key, others in near.items() for other in others)
    assert (near["s"], near["p"], near["m"]) == ("adewxz", "lo", "jkn")


@pytest.mark.parametrize("severity", [1, 5])
def test_character_noise_changes_letters_at_the_given_rate(apply, severity):
    text = "abcdefghij " * 3000
    (noisy,) = apply("character_noise", [text], severity)
    rate = character_noise.LEVELS[severity - 1]
    assert noisy.count(" ") == text.count(" ")
    changed = np.mean([clean != word for clean, word in zip(text.split(), noisy.split(" "), strict=False)])
    # A replacement is the same letter in 1 of 26 cases; a swap at the end of a word does nothing.
    assert abs(changed - (1 - (1 - rate) ** 10)) < 0.05
    assert not set(noisy) - set("abcdefghijklmnopqrstuvwxyz ")


def test_the_four_kinds_of_character_noise():
    outcomes = {character_noise.apply(["ab"], 5, np.random.default_rng(seed))[0] for seed in range(3000)}
    assert {"ab", "b", "a", "ba"} <= outcomes
    assert {outcome for outcome in outcomes if len(outcome) == 3} >= {f"a{letter}b" for letter in "aeiou"}
    assert {f"{letter}b" for letter in "xyz"} <= outcomes


def test_characters_other_than_letters_do_not_change():
    text = "12 34!? \u00e9\u00e8 \U0001f600\n"
    for shift in (character_noise, keyboard_typos):
        assert shift.apply([text] * 50, 5, np.random.default_rng(0)) == [text] * 50


@pytest.mark.parametrize("severity", [1, 3, 5])
def test_words_are_dropped_at_the_given_rate(severity):
    text = " ".join(f"w{number}" for number in range(4000))
    (shorter,) = word_drop.apply([text], severity, np.random.default_rng(0))
    remaining = shorter.split(" ")
    assert abs(1 - len(remaining) / 4000 - word_drop.LEVELS[severity - 1]) < 0.03
    places = [int(word[1:]) for word in remaining]
    assert places == sorted(set(places))


def test_at_least_one_word_remains():
    assert all(word_drop.apply(["one"] * 200 + ["a b"] * 200, 5, np.random.default_rng(0)))


def test_synonyms_replace_words_in_place(dictionary):
    text = "Film, film-film! The films; FILM \u00e9film 3 x."
    swapped = synonym_swap.apply([text] * 500, 5, np.random.default_rng(0), dictionary)
    assert {words(changed)[0] for changed in swapped} == {"film", "movie", "picture"}
    assert all(" The films; " in changed and changed.endswith(" 3 x.") for changed in swapped)
    assert any(changed.startswith("Movie, ") for changed in swapped)
    # A model sees the ASCII part of a non-ASCII word as a word.
    share = np.mean([changed.split(",")[0] != "Film" for changed in swapped])
    assert abs(share - synonym_swap.LEVELS[4]) < 0.06


def test_code_points_and_back():
    points = code_points(SENTENCE)
    assert text_of(points) == SENTENCE
    assert is_letter(points).tolist() == [character.isascii() and character.isalpha() for character in SENTENCE]
    points[0] = ord("x")  # the array is writable
    assert text_of(points)[0] == "x"
    assert not is_letter(code_points("@[`{\x01\u0141\u00e1")).any()
