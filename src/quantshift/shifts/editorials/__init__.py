"""Newspaper editorials: a natural shift for models of film reviews."""
