"""Gather the labels and the sources of a data set's test sets, and the checksums of their inputs."""

from pathlib import Path

from quantshift.core.test_set import TestSet
from quantshift.data import test_inputs, truth
from quantshift.jobs.job import job

with job(snakemake.log[0]):
    files = [Path(file) for file in snakemake.input[2::3]]
    inputs = dict(zip((TestSet(*names) for names in snakemake.params.test_sets), files, strict=True))
    folders = {test_set: file.parent for test_set, file in inputs.items()}
    truth.gather(folders, Path(snakemake.output.truth), snakemake.params.classes)
    test_inputs.write(inputs, Path(snakemake.output.inputs))
