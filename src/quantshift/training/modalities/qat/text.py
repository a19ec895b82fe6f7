"""Texts: their networks are recurrent, so the weights alone are rounded, and activations have no ranges."""

SETTINGS: dict[str, dict[str, object]] = {}
