"""Synonym swap: words are replaced by synonyms.

Source: the synonym replacement of Wei and Zou, EDA, arXiv 1901.11196, section 2, with WordNet's synonyms.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from quantshift.data.sources.wordnet import synonyms
from quantshift.shifts.severity import level

ARTIFACT = "wordnet"
# Share of the words with synonyms that are replaced.
LEVELS = (0.1, 0.2, 0.4, 0.6, 0.8)

# In WordNet, `a` is angstrom, the `t` of "didn't" is thyroxine and `who` is the World Health Organization, so short
# words and function words are not replaced.
SHORTEST = 3
FUNCTION_WORDS = """
about above after again against all also and any are because been before being below between both but can could did
does doing don done down during each either else even ever every few for from further get gets getting got had has
have having her here hers herself him himself his how into its itself just least less like made make many may might
mine more most much must myself neither nor not now off once one only other our ours ourselves out over own per quite
rather same shall she should some such than that the their theirs them themselves then there these they this those
though through too two under until upon very was were what when where whether which while who whom whose why will with
within without would yet you your yours yourself yourselves
"""
_WORD = re.compile("[A-Za-z]+")


def apply(texts: Sequence[str], severity: int, generator: np.random.Generator, folder: Path) -> list[str]:
    """Return the texts with synonyms; words that start with a capital still do.

    Words are looked up as written: most inflected words (`films`) are not in WordNet and stay. The replacement is drawn
    uniformly from the synonyms of all senses, so some do not fit the context.

    Args:
        texts: the clean texts.
        severity: 1 to 5.
        generator: draws the words and their synonyms.
        folder: the fetched folder of the artifact.

    Raises:
        ValueError: there is no such severity.
        QuantshiftError: a file of WordNet is missing or damaged.
    """
    rate = level(LEVELS, severity)
    excluded = frozenset(FUNCTION_WORDS.split())
    replacements = {
        word: others for word, others in synonyms(folder).items() if len(word) >= SHORTEST and word not in excluded
    }
    changed = []
    for text in texts:
        # The parts between the words.
        parts = _WORD.split(text)
        words = _WORD.findall(text)
        draws = generator.random((len(words), 2)).tolist()
        for place, (word, (whether, which)) in enumerate(zip(words, draws, strict=True)):
            if whether < rate and (others := replacements.get(word.lower())):
                other = others[int(which * len(others))]
                words[place] = other.capitalize() if word[0].isupper() else other
        changed.append("".join(part + word for part, word in zip(parts, [*words, ""], strict=True)))
    return changed
