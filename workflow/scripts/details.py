"""Write the details of one architecture for the report: single inputs and their disagreements."""

from pathlib import Path

from quantshift.core.test_set import TestSet
from quantshift.jobs.job import job
from quantshift.report.details import Source, write_details
from quantshift.tasks.of_output import read_classes, read_task

with job(snakemake.log[0]):
    logits = {Path(file).parent for file in snakemake.input.logits}
    disagreements = [Path(file) for file in snakemake.input.disagreements]
    test_sets = [Path(file).parent for file in snakemake.input.inputs]
    write_details(
        Source(
            # .../{method}/{seed}/{variant}
            logits={(folder.parts[-3], folder.name): folder for folder in logits},
            disagreements={(file.parts[-3], file.stem): file for file in disagreements},
            truth=Path(snakemake.input.truth),
            test_sets=dict(zip((TestSet(*names) for names in snakemake.params.test_sets), test_sets, strict=True)),
            splits={Path(file).parent.name: Path(file) for file in snakemake.input.splits},
        ),
        dataset=snakemake.wildcards.dataset,
        modality=snakemake.params.modality,
        shape=snakemake.params.shape,
        architecture=snakemake.wildcards.architecture,
        seed=snakemake.params.seed,
        details=Path(snakemake.output[0]),
        # All models of an architecture have the same kind of output.
        task=read_task(snakemake.input.records[0]),
        classes=read_classes(snakemake.input.records[0]),
    )
