"""The data sets of the study, one per file: `read` turns a fetched folder into arrays.

The TOML file next to each reader has the facts about its data set (see `quantshift.core.dataset_facts`).
"""
