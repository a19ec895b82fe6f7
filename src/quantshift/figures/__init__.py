"""Figures, a file each: `draw` takes the tables it names in TABLES and returns the picture of one architecture."""
