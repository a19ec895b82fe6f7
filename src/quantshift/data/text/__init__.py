"""Texts: their words and the vocabulary that numbers them."""
