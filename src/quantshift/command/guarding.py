"""Build the guard that a user asks for, and write its file, its record and its page."""

import json
from dataclasses import dataclass
from pathlib import Path

import click

from quantshift.command.exit_codes import CANNOT_TELL, DO_NOT_SHIP, SHIP
from quantshift.command.latest import expect_latest
from quantshift.command.tables import aligned
from quantshift.core.errors import QuantshiftError
from quantshift.guards import page, record, stored, summary
from quantshift.guards.build import build
from quantshift.guards.run import Run
from quantshift.storage.files import write_bytes

CODES = {record.WRITTEN: SHIP, record.NO_GUARD: DO_NOT_SHIP, record.CANNOT_TELL: CANNOT_TELL}


@dataclass(frozen=True)
class Request:
    """What a user asks for; see the options of `quantshift guard`."""

    model: str | None
    variant: str | None
    accept: float
    confidence: float
    speedup: float
    output: Path


def run(folder: Path, request: Request, as_json: bool) -> int:
    """Write the guard of a model of a finished run, and return the exit code.

    Args:
        folder: the folder of the run.
        request: what the user asks for.
        as_json: whether to print the record in place of a summary.

    Raises:
        QuantshiftError: there is no such run, model or variant, the file cannot be written, or a file with its name
            is not from an earlier call.
    """
    output = request.output
    if output.suffix != stored.MODEL:
        raise QuantshiftError(f"--output {output}: expected the name of an ONNX file, such as guarded{stored.MODEL}")
    earlier, others = stored.present(output)
    if others:
        raise QuantshiftError(
            f"{others[0]} exists, and quantshift guard has not written it: choose another name with --output"
        )
    expect_latest(folder)
    opened = Run.open(folder, request.model)
    wanted = record.Promise(request.accept, request.confidence, request.speedup)
    found, rejected = build(opened, request.variant, wanted, lambda line: click.echo(line, err=True))
    content = record.record(opened.model.path, opened.record["output"]["kind"], found, rejected, wanted, output.name)
    if found is not None:
        texts = {
            stored.MODEL: found.content,
            stored.RECORD: _as_json(content).encode(),
            stored.PAGE: page.render(content).encode(),
        }
        for suffix, data in texts.items():
            _write(output.with_suffix(suffix), data)
    elif earlier:
        _remove(earlier)
    if as_json:
        click.echo(_as_json(content))
        return CODES[content["outcome"]]
    click.echo(summary.text(content))
    if found is not None:
        click.echo(
            f"\n{aligned(summary.rows(content))}\n\n{summary.shift_sentence(content)}\n\n{summary.sentence(content)}"
        )
        click.echo(f"file: {output}\npage: {output.with_suffix(stored.PAGE)}")
    return CODES[content["outcome"]]


def _as_json(content: summary.Record) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False)


def _write(file: Path, content: bytes) -> None:
    try:
        write_bytes(file, content)
    except OSError as error:
        raise QuantshiftError(f"{file} cannot be written ({error.strerror}): choose another file") from error


def _remove(earlier: list[Path]) -> None:
    """Remove files of an earlier call, since their promise is not what was asked for."""
    for file in earlier:
        try:
            file.unlink()
        except OSError as error:
            raise QuantshiftError(
                f"no guard is written, and {file} of an earlier call cannot be removed ({error.strerror}): remove it"
            ) from error
    click.echo(f"removed from an earlier call: {', '.join(map(str, earlier))}", err=True)
