"""`quantshift check`: may your own model be shipped quantized?"""

import json
import sys
from pathlib import Path
from typing import Any

import click

from quantshift.command.config import model_name
from quantshift.command.exit_codes import HELP, INTERRUPTED, of_decisions
from quantshift.command.parameters import FILE, FOLDER, NamedFile, all_cores
from quantshift.command.settings import SETTINGS, options

EXAMPLES = """\b
Examples:
  quantshift check model.onnx --data test.npz
  quantshift check model.onnx --data test.npz --shifted noisy=noisy.npz --paired
  quantshift check model.onnx --data test.npz --variant theirs=int8.onnx --quantizers none
  quantshift check net.onnx --data photos/ --values imagenet --size 224x224
  quantshift check bert.onnx --data texts.csv --tokenizer tokenizer.json --length 128
  quantshift check --directory quantshift-model      # again, after an edit of its quantshift.yaml
"""


@click.command(epilog=f"{EXAMPLES}\n{HELP}")
@click.argument("model", type=FILE, required=False)
@options(SETTINGS)
@click.option(
    "--shifted",
    type=NamedFile("noisy=noisy.npz"),
    multiple=True,
    help="a shifted test set of your own, in the same form as --data; may be repeated",
)
@click.option(
    "--paired/--not-paired",
    default=False,
    help="whether sample i of each shifted test set is a changed copy of test sample i, so that both are one source in "
    "the statistics  [default: not paired]",
)
@click.option(
    "--variant",
    "variants",
    type=NamedFile("theirs=int8.onnx"),
    multiple=True,
    help="a quantized file of MODEL from elsewhere, compared like a preset; may be repeated",
)
@click.option("--cores", type=click.IntRange(1), help="CPU cores to use  [default: all]")
@click.option("--directory", type=FOLDER, help="folder of the run  [default: quantshift-MODEL]")
@click.option("--force", is_flag=True, help="replace a quantshift.yaml that was edited; a copy of it stays")
@click.option("--dry-run", is_flag=True, help="write nothing and show the steps that would run")
@click.option("--json", "as_json", is_flag=True, help="print decision.json")
def check(
    model: Path | None,
    shifted: tuple[tuple[str, Path], ...],
    paired: bool,
    variants: tuple[tuple[str, Path], ...],
    cores: int | None,
    directory: Path | None,
    force: bool,
    dry_run: bool,
    as_json: bool,
    **values: Any,
) -> int:
    """Check whether MODEL, an ONNX file, may be shipped quantized.

    The presets of --quantizers are applied to the model, and their answers are compared with float32's on your data.
    The run happens in a folder with a quantshift.yaml that states the same as the options. If you repeat a command,
    only what has changed runs again.
    """
    _expect_consistent(model, directory, values, {"--shifted": shifted, "--variant": variants}, paired)
    folder = directory or Path(f"quantshift-{model_name(model)}" if model else ".")
    click.echo(f"checking {model or folder / 'quantshift.yaml'} in {folder}", err=True)
    # Imported here because `--help` and the first line above should not wait for it.
    from quantshift.command import checking, summary

    cores = cores or all_cores()
    file = checking.prepare(model, folder, values, dict(shifted), paired, dict(variants), force=force, dry_run=dry_run)
    if dry_run:
        counts = checking.planned(file, folder)
        click.echo(json.dumps(counts, indent=2) if as_json else summary.steps(counts))
        return 0
    if not checking.execute(file, folder, cores):
        click.echo("interrupted: run the same command again to continue", err=True)
        return INTERRUPTED
    record = summary.read(folder)
    click.echo(record.text() if not as_json else record.decision_text, nl=not as_json)
    sys.stdout.flush()
    return of_decisions(record.decisions)


def _expect_consistent(
    model: Path | None,
    directory: Path | None,
    values: dict[str, Any],
    named: dict[str, tuple[tuple[str, Path], ...]],
    paired: bool,
) -> None:
    """Check that the options fit together.

    Raises:
        click.UsageError: they do not.
    """
    used = [setting.option for setting in SETTINGS if values[setting.name] is not None]
    used += [option for option, files in named.items() if files]
    if model is None:
        if used:
            raise click.UsageError(f"{used[0]} needs a MODEL, the ONNX file to check.")
        if directory is None:
            raise click.UsageError("Name a MODEL, an ONNX file, or with --directory the folder of an earlier check.")
        return
    if values["data"] is None:
        raise click.UsageError("--data is missing: name the test set, such as --data test.npz.")
    if paired and not named["--shifted"]:
        raise click.UsageError("--paired is about shifted test sets: add one, such as --shifted noisy=noisy.npz.")
    for option, files in named.items():
        names = [name for name, _ in files]
        if twice := [name for name in names if names.count(name) > 1]:
            raise click.UsageError(f"{option} has the name {twice[0]} twice: give each file another name.")
    for name, file in named["--variant"]:
        if file.is_dir():
            raise click.UsageError(f"--variant {name}={file}: this is a folder, expected an ONNX file.")
    if (values["tokenizer"] is None) != (values["length"] is None):
        raise click.UsageError("--tokenizer and --length belong together: state both for texts.")
    if values["column"] is not None and values["tokenizer"] is None:
        raise click.UsageError("--column is about texts: add --tokenizer and --length, or use --columns for numbers.")
