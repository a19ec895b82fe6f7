"""The result tables: their columns, and how they are written and read."""
