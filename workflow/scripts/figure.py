"""Draw one figure of one architecture from the tables."""

from pathlib import Path

from quantshift.core import members
from quantshift.jobs.arguments import parse_arguments
from quantshift.jobs.job import job
from quantshift.plotting.style import save
from quantshift.tables.table import read

arguments = parse_arguments(
    __doc__, log=Path, figure=str, dataset=str, architecture=str, tables=[Path], svg=Path, png=Path
)
with job(arguments.log):
    tables = {file.stem: read(file.stem, file) for file in arguments.tables}
    picture = members.load("figures", arguments.figure).draw(tables, arguments.dataset, arguments.architecture)
    save(picture, arguments.svg, arguments.png)
