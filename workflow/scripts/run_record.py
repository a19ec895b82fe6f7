"""Write the record of a run: config, versions, machine and times."""

from pathlib import Path

from quantshift.aggregation import run_record
from quantshift.jobs.job import job

with job(snakemake.log[0]):
    run_record.write(snakemake.params.config, Path("results"), Path(snakemake.output[0]))
