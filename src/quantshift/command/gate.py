"""`quantshift gate`: decide on the models of a finished run, for continuous integration."""

from pathlib import Path
from typing import Any

import click

from quantshift.command.exit_codes import HELP
from quantshift.command.parameters import BASELINE, FOLDER
from quantshift.command.settings import POLICY, options

EXAMPLES = """\b
Examples:
  quantshift gate --directory quantshift-model
  quantshift gate --accept 0.005 --on worst
  quantshift gate --junit gate.xml --markdown gate.md
  quantshift gate --baseline released/decision.json
"""


@click.command(epilog=f"{EXAMPLES}\n{HELP}")
@click.option("--directory", type=FOLDER, default=".", help="folder of the run  [default: this folder]")
@options(POLICY)
@BASELINE
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), help="write the decisions as JUnit XML")
@click.option("--markdown", type=click.Path(dir_okay=False, path_type=Path), help="write the decisions as Markdown")
@click.option("--json", "as_json", is_flag=True, help="print the decisions in the form of decision.json")
def gate(
    directory: Path, baseline: Path | None, junit: Path | None, markdown: Path | None, as_json: bool, **policy: Any
) -> int:
    """Decide whether the models of a finished run may be shipped.

    The run is that of a check or of a study. Its own policy applies, except for the parts that you state. The exit code
    is that of the worst decision: do not ship, then cannot tell, then ship. With --baseline it is also 1 if anything
    became worse.
    """
    from quantshift.command import deciding, gate_files
    from quantshift.decision.baseline import read

    stated = {setting.key.removeprefix("decision."): policy[setting.name] for setting in POLICY}
    stated = {key: value for key, value in stated.items() if value is not None}
    record = deciding.decide(directory, stated, read(baseline) if baseline else None)
    if junit:
        gate_files.write(junit, gate_files.junit(record))
    if markdown:
        gate_files.write(markdown, gate_files.markdown(record))
    click.echo(deciding.as_json(record) if as_json else gate_files.text(record))
    return deciding.exit_code(record)
