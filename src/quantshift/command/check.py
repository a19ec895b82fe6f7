"""`quantshift check`: may your own model be shipped quantized?"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from quantshift.command.config import Given, model_name
from quantshift.command.exit_codes import HELP, INTERRUPTED
from quantshift.command.parameters import BASELINE, FILE, FOLDER, NamedFile, NamedValue, all_cores
from quantshift.command.settings import SETTINGS, options

EXAMPLES = """\b
Examples:
  quantshift check model.onnx --data test.npz
  quantshift check model.onnx --data test.npz --shifted noisy=noisy.npz --paired
  quantshift check model.onnx --data test.npz --variant theirs=int8.onnx --quantizers none
  quantshift check net.onnx --data photos/ --values imagenet --size 224x224 --shifts auto
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
@click.option(
    "--constant",
    type=NamedValue(),
    multiple=True,
    help="an input that is the same for all samples, with a number or a .npy file; may be repeated",
)
@BASELINE
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
    constant: tuple[tuple[str, Path | int | float], ...],
    baseline: Path | None,
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
    named = {"--shifted": shifted, "--variant": variants, "--constant": constant}
    _expect_consistent(model, directory, values, named, paired)
    folder = directory or Path(f"quantshift-{model_name(model)}" if model else ".")
    click.echo(f"checking {model or folder / 'quantshift.yaml'} in {folder}", err=True)
    # Imported here because `--help` and the first line above should not wait for it.
    from quantshift.command import baseline_text, checking, deciding, summary
    from quantshift.decision.baseline import read

    # Read first, because the run may replace it.
    earlier = read(baseline) if baseline else None
    cores = cores or all_cores()
    given = Given(dict(shifted), paired, dict(constant), dict(variants))
    file = checking.prepare(model, folder, values, given, force=force, dry_run=dry_run)
    if dry_run:
        counts = checking.planned(file, folder)
        click.echo(json.dumps(counts, indent=2) if as_json else summary.steps(counts))
        return 0
    if not checking.execute(file, folder, cores):
        click.echo("interrupted: run the same command again to continue", err=True)
        return INTERRUPTED
    results = summary.read(folder)
    record = deciding.decide(folder, {}, earlier)
    if as_json:
        click.echo(deciding.as_json(record))
    else:
        click.echo("\n\n".join([results.text(), *baseline_text.blocks(record)]))
    sys.stdout.flush()
    return deciding.exit_code(record)


def _expect_consistent(
    model: Path | None,
    directory: Path | None,
    values: dict[str, Any],
    named: Mapping[str, tuple[tuple[str, Path | int | float], ...]],
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
            raise click.UsageError(f"{option} has the name {twice[0]} twice: state each name once.")
    for name, file in named["--variant"]:
        if isinstance(file, Path) and file.is_dir():
            raise click.UsageError(f"--variant {name}={file}: this is a folder, expected an ONNX file.")
    if values["shift_limit"] is not None and values["shifts"] is None:
        raise click.UsageError("--shift-limit applies only to corruptions: add --shifts, such as --shifts auto.")
    if (values["tokenizer"] is None) != (values["length"] is None):
        raise click.UsageError("--tokenizer and --length belong together: state both for texts.")
    if values["column"] is not None and values["tokenizer"] is None:
        raise click.UsageError("--column is about texts: add --tokenizer and --length, or use --columns for numbers.")
