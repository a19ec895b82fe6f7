"""Artifacts that can be fetched, one file each; `ORIGINS` lists the possible origins of an artifact."""
