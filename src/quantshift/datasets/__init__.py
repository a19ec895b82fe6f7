"""The data sets of the study, one per file: `read` turns a fetched folder into arrays."""
