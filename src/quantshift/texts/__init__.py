"""Texts: their words, the vocabulary that numbers them, labelled collections of them, and WordNet's synonyms."""
