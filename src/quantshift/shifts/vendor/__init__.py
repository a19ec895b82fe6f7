"""Emoji in another vendor's drawings: a natural shift for models of `emoji`."""
