"""`quantshift plan`: what a study costs."""

import os
from pathlib import Path

import click

from quantshift.command.parameters import FILE, FOLDER

EXAMPLES = """\b
Examples:
  quantshift plan
  quantshift plan --directory quantshift-model     # a check, from its quantshift.yaml
  quantshift plan --configfile my.yaml --cores 16 --cores 64
  quantshift plan --records finished/study --only-records
"""


@click.command(epilog=EXAMPLES)
@click.option(
    "--configfile",
    type=FILE,
    multiple=True,
    help="overrides the default config; may be repeated  [default: quantshift.yaml of the folder of the run, if it has "
    "one]",
)
@click.option(
    "--directory",
    type=FOLDER,
    help="folder of the run, where relative paths of your own files start  [default: this folder]",
)
@click.option(
    "--cores",
    type=click.IntRange(1),
    multiple=True,
    help="in addition to 1, this machine's cores, 16 and 64; may be repeated",
)
@click.option(
    "--records",
    type=FOLDER,
    multiple=True,
    help="folder of a finished run whose times are used; may be repeated  [default: the folder of the run, if it has "
    "finished]",
)
@click.option(
    "--only-records", is_flag=True, help="measure nothing: stop if a job that could be measured has no record"
)
@click.option(
    "--cpu-time",
    is_flag=True,
    help="count the CPU time of recorded jobs, for records from a machine that was busy with other work",
)
def plan(
    configfile: tuple[Path, ...],
    directory: Path | None,
    cores: tuple[int, ...],
    records: tuple[Path, ...],
    only_records: bool,
    cpu_time: bool,
) -> int:
    """Estimate the time, the memory and the disk space of a study or of a check before you run it.

    Times come from the records of finished runs; what they lack is measured for a few minutes, of your own models with
    the first samples of your data. All jobs are counted, as if there were no results yet.
    """
    from quantshift.command import workflow_files
    from quantshift.planning import plan as planning

    click.echo(
        planning.plan(
            workflow_files.root(),
            configfile,
            sorted({1, os.cpu_count() or 1, 16, 64, *cores}),
            list(records) or None,
            measuring=not only_records,
            cpu_time=cpu_time,
            report=lambda line: click.echo(line, err=True),
            folder=directory,
        )
    )
    return 0
