"""Compare a model's disagreements before and after its retraining."""

from pathlib import Path

from quantshift.analysis.retraining import write_retraining
from quantshift.core.model_id import ModelId
from quantshift.jobs.job import job
from quantshift.tasks.of_output import read_task

with job(snakemake.log[0]):
    write_retraining(
        model=ModelId.parse(snakemake.wildcards.model)._asdict(),
        protocol=snakemake.wildcards.protocol,
        before={Path(file).parent.name: file for file in snakemake.input.before},
        after={Path(file).parent.name: file for file in snakemake.input.after},
        test_set=Path(snakemake.input.labels).parent,
        validation=snakemake.input.validation,
        record=snakemake.input.record,
        table=snakemake.output.table,
        masks=snakemake.output.masks,
        task=read_task(snakemake.input.model_record),
    )
