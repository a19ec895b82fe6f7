"""The data sets of the study, a file each: `read` turns a fetched folder into arrays."""
