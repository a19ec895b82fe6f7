"""Checks of the config, before any job."""
