"""Draw one figure of one architecture from the tables."""

from pathlib import Path

from quantshift.core import members
from quantshift.jobs.arguments import arguments
from quantshift.jobs.job import job
from quantshift.plotting.style import save
from quantshift.tables.table import read

given = arguments(__doc__, log=Path, figure=str, dataset=str, architecture=str, tables=[Path], svg=Path, png=Path)
with job(given.log):
    tables = {file.stem: read(file.stem, file) for file in given.tables}
    picture = members.load("figures", given.figure).draw(tables, given.dataset, given.architecture)
    save(picture, given.svg, given.png)
