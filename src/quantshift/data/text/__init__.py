"""Texts: words and vocabularies."""
