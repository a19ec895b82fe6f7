"""Write the report page."""

from pathlib import Path

from quantshift.jobs.job import job
from quantshift.report.page import write_page

with job(snakemake.log[0]):
    write_page(
        tables={Path(file).stem: Path(file) for file in snakemake.input.tables},
        decision=Path(snakemake.input.decision),
        record=Path(snakemake.input.record),
        details=[Path(file) for file in snakemake.input.details],
        origins=[Path(folder) / "origin.json" for folder in snakemake.input.fetched],
        figures=[Path(file) for file in snakemake.input.figures],
        titles=snakemake.params.titles,
        page=Path(snakemake.output[0]),
    )
