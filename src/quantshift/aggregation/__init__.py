"""Build the result tables from the records of single models, one file per table."""
