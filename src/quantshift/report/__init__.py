"""The report: one self-contained page, built from the tables and small records, never from models."""
