"""Draw one figure of one architecture from the tables."""

from pathlib import Path

from quantshift import members
from quantshift.jobs import job
from quantshift.plotting.style import save
from quantshift.tables.table import read

with job(snakemake.log[0]):
    tables = {name: read(name, file) for name, file in snakemake.input.items()}
    wildcards = snakemake.wildcards
    picture = members.load("figures", wildcards.figure).draw(tables, wildcards.dataset, wildcards.architecture)
    save(picture, *(Path(file) for file in snakemake.output))
