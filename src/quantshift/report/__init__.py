"""The report: one self-contained page made of the tables and small records, never of models."""
