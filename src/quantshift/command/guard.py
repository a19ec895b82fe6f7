"""`quantshift guard`: one ONNX file whose uncertain rows are answered by float32."""

from pathlib import Path

import click

from quantshift.command.parameters import FOLDER

EXAMPLES = """\b
Examples:
  quantshift guard --accept 0.001 --directory quantshift-model
  quantshift guard --accept 0.005 --variant static_int8 --output guarded.onnx
  quantshift guard --accept 0.01 --model mnist/lenet5/standard/0 --json
"""
EXIT_CODES = (
    "Exit codes: 0 the file is written, 1 no guard helps, 2 cannot tell (too few inputs), 3 the input is wrong, "
    "4 a run failed, 130 interrupted."
)
BETWEEN = click.FloatRange(0, 1, min_open=True, max_open=True)
FILE = click.Path(dir_okay=False, path_type=Path)
NAME = "guard.onnx"


@click.command(epilog=f"{EXAMPLES}\n{EXIT_CODES}")
@click.option(
    "--accept", type=BETWEEN, required=True, help="share of answers that may differ from float32's, such as 0.001"
)
@click.option("--directory", type=FOLDER, default=".", help="folder of the run  [default: this folder]")
@click.option("--model", help="the model: its id or name  [default: the run's only model]")
@click.option(
    "--variant",
    help="the quantized variant to guard  [default: the variant with the fastest expected guard]",
)
@click.option("--confidence", type=BETWEEN, default=0.95, show_default=True, help="confidence of the promise")
@click.option(
    "--speedup",
    type=click.FloatRange(0),
    default=1.1,
    show_default=True,
    help="least speed of the guarded model relative to float32; 0 accepts any speed",
)
@click.option("--output", type=FILE, help=f"the ONNX file to write  [default: {NAME} in the folder of the run]")
@click.option("--json", "as_json", is_flag=True, help="print the record of the guard")
def guard(
    accept: float,
    directory: Path,
    model: str | None,
    variant: str | None,
    confidence: float,
    speedup: float,
    output: Path | None,
    as_json: bool,
) -> int:
    """Write one ONNX file: a quantized model with float32 as the fallback for uncertain rows.

    The file has the model's own inputs and outputs, and a mask of the rows that float32 answers. The quantized model
    answers the other rows. The promise is that at most the accepted share of the file's answers differ from float32's,
    on data like the clean test set. The command checks it on the logits of a finished run of quantshift check or
    quantshift study. The record (.json) and the page (.html) next to the file show whether it held under each shift.

    No file is written if no threshold keeps the promise, if the variant keeps it alone, if there are too few test
    inputs, or if the guarded model is slower than --speedup requires.
    """
    from quantshift.command import guarding

    return guarding.run(
        directory, guarding.Request(model, variant, accept, confidence, speedup, output or directory / NAME), as_json
    )
