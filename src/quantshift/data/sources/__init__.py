"""Readers of third-party packages, archives and files."""
