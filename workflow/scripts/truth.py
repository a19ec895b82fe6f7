"""Gather the labels and the sources of a data set's test sets."""

from pathlib import Path

from quantshift.core.test_set import TestSet
from quantshift.data import truth
from quantshift.jobs.job import job

with job(snakemake.log[0]):
    folders = [Path(labels).parent for labels in snakemake.input[::2]]
    test_sets = dict(zip((TestSet(*names) for names in snakemake.params.test_sets), folders, strict=True))
    truth.gather(test_sets, Path(snakemake.output[0]), snakemake.params.classes)
