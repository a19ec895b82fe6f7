"""Texts: their networks are recurrent, so only weights are rounded, and activations have no ranges."""

SETTINGS: dict[str, dict[str, object]] = {}
