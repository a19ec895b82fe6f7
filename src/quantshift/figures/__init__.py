"""Figures, one file each: `draw` takes the tables named in TABLES and returns the figure of one architecture."""
