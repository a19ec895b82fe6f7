"""Gather the labels and the sources of a data set's test sets."""

from pathlib import Path

from quantshift.data import truth
from quantshift.jobs.job import job

with job(snakemake.log[0]):
    folders = [Path(labels).parent for labels in snakemake.input[::2]]
    test_sets = dict(zip(map(tuple, snakemake.params.test_sets), folders, strict=True))
    truth.gather(test_sets, Path(snakemake.output[0]), snakemake.params.classes)
