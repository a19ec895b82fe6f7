"""Synonyms from WordNet's plain dictionary files (Fellbaum 1998; the format is in its manual, wndb(5WN))."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from quantshift.core.errors import QuantshiftError
from quantshift.storage.files import missing, remedy

PARTS_OF_SPEECH = ("noun", "verb", "adj", "adv")
# Folders of the files in the artifact: in the package, and in Princeton's archive.
FOLDERS = ("usr/share/wordnet", "WordNet-3.0/dict")


@cache
def synonyms(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the synonyms of each word that has any, from the fetched folder of the artifact `wordnet`.

    Synonyms share a sense with the word. Only lower-case words of the letters a to z are included (WordNet also has
    compounds and names), in WordNet's order: by part of speech (noun, verb, adjective, adverb), then by sense, the most
    frequent first, then by position in the set of synonyms.

    Raises:
        QuantshiftError: a file is missing, or is not a file of WordNet.
    """
    dictionary = next((folder / name for name in FOLDERS if (folder / name).is_dir()), folder / FOLDERS[0])
    ordered: dict[str, dict[str, None]] = {}  # dictionaries as ordered sets
    for part in PARTS_OF_SPEECH:
        sets = dict(_sets(dictionary / f"data.{part}"))
        for word, offsets in _senses(dictionary / f"index.{part}"):
            others = ordered.setdefault(word, {})
            for offset in offsets:
                try:
                    members = sets[offset]
                except KeyError as error:
                    raise _damaged(
                        dictionary / f"index.{part}", f"the sense {offset} of {word} is not in data.{part}"
                    ) from error
                others.update((other, None) for other in members if other != word)
    return {word: tuple(others) for word, others in ordered.items() if others}


def _senses(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each single word and its sets' offsets: `lemma pos sets pointers [pointer...] sets tagged offset...`."""
    for line in _lines(path):
        fields = line.split()
        try:
            senses = int(fields[2])
            offsets = fields[6 + int(fields[3]) :]
        except (IndexError, ValueError) as error:
            raise _damaged(path, f"the line {line[:40]!r}") from error
        if len(offsets) != senses:
            raise _damaged(path, f"{fields[0]} has {len(offsets)} of {senses} senses")
        if _is_word(fields[0]):
            yield fields[0], offsets


def _sets(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each set's offset and its single words: `offset file type words (word number)... pointers...`."""
    for line in _lines(path):
        fields = line.partition("|")[0].split()
        try:
            count = int(fields[3], 16)
            lemmas = [fields[4 + 2 * index] for index in range(count)]
        except (IndexError, ValueError) as error:
            raise _damaged(path, f"the line {line[:40]!r}") from error
        # Adjectives may have a marker of their position, as in `galore(ip)`.
        yield fields[0], [word for lemma in lemmas if _is_word(word := lemma.partition("(")[0])]


def _lines(path: Path) -> Iterator[str]:
    """Yield the lines after the licence, whose lines start with two spaces."""
    try:
        with path.open(encoding="ascii") as stream:
            for line in stream:
                if not line.startswith("  "):
                    yield line
    except FileNotFoundError as error:
        raise missing(path) from error
    except UnicodeDecodeError as error:
        raise _damaged(path, "bytes that are not ASCII text") from error


def _is_word(lemma: str) -> bool:
    # Names have a capital, compounds an underscore.
    return lemma.isalpha() and lemma.islower()


def _damaged(path: Path, problem: str) -> QuantshiftError:
    return QuantshiftError(f"{path} is not a file of WordNet ({problem}): {remedy(path)}")
