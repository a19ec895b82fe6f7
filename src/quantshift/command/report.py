"""`quantshift report`: the path of the report page of a run."""

from pathlib import Path

import click

from quantshift.command.exit_codes import INTERRUPTED
from quantshift.command.parameters import FOLDER, all_cores

EXAMPLES = """\b
Examples:
  quantshift report
  quantshift report --directory quantshift-model
  quantshift report --directory quantshift-model --against last-release/quantshift-model
"""


@click.command(epilog=EXAMPLES)
@click.option("--directory", type=FOLDER, default=".", help="folder of the run  [default: this folder]")
@click.option(
    "--against",
    metavar="DIR",
    type=FOLDER,
    help="folder of another run: also write results/comparison.html, with what changed since in decisions, rates and "
    "inputs",
)
@click.option("--cores", type=click.IntRange(1), help="CPU cores to use  [default: all]")
def report(directory: Path, against: Path | None, cores: int | None) -> int:
    """Print the path of a run's report page, which is rebuilt if it is missing or outdated.

    Nothing is measured again: only the decisions and the page are rebuilt, from the tables of the run.
    """
    from quantshift.command import reporting, summary

    if not reporting.rebuild(directory, cores or all_cores()):
        return INTERRUPTED
    click.echo(str(directory / summary.REPORT))
    if against is not None:
        click.echo(str(reporting.write_comparison(directory, against)))
    return 0
