"""A strict reader of one config file, used before Snakemake reads it.

Snakemake (9.27) silently takes the last of two equal keys, reads YAML 1.1 (010 is 8, 1:30 is 90, off is false) and runs
templates. Where a file is missing or not a text, it shows a traceback of its own source. All of these are errors here.
"""

from pathlib import Path
from typing import Any

from quantshift.configuration import json_text, yaml_text
from quantshift.configuration.yaml_text import UnreadableError
from quantshift.core.errors import QuantshiftError

# Ten times the project's longest config.
MOST_BYTES = 256 * 1024
TEMPLATES = "__use_yte__"
BYTE_ORDER_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def read(file: Path, name: str) -> dict[str, Any]:
    """Return the values of a config file, as Snakemake reads them.

    Args:
        file: YAML or JSON.
        name: of the file, for the message.

    Raises:
        QuantshiftError: the file is missing or refused; one line with its name.
    """
    try:
        return _mapping(decoded(file))
    except UnreadableError as error:
        where = name if error.line is None else f"{name}, line {error.line}"
        raise QuantshiftError(f"{where}: {error.problem}") from error


def decoded(file: Path) -> str:
    """Return the text of a file.

    Raises:
        UnreadableError: it is missing, too long, not a file or not UTF-8.
    """
    try:
        if file.is_dir():
            raise UnreadableError("this is a folder: expected a config file, such as config/mnist.yaml")
        if not file.exists():
            raise UnreadableError("no such file: expected a config file, such as config/mnist.yaml")
        if not file.is_file():
            raise UnreadableError("this is a pipe or a device: expected a file, which jobs can read again")
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # a null byte in a name is a ValueError
        problem = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableError(f"cannot be read ({problem}): expected a config file") from error
    if len(content) > MOST_BYTES:
        raise UnreadableError(f"longer than {MOST_BYTES // 1024} KiB: expected a config of a few hundred lines")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        encoding = BYTE_ORDER_MARKS.get(content[:2])
        line = None if encoding else content.count(b"\n", 0, error.start) + 1
        found = f"text in {encoding}" if encoding else f"the byte 0x{content[error.start]:02x}"
        raise UnreadableError(f"{found}: expected UTF-8 text; save the file in that encoding", line) from error


def _mapping(text: str) -> dict[str, Any]:
    try:
        # Snakemake tries JSON first.
        value = json_text.load(text)
    except ValueError:
        value = yaml_text.load(text)
    if value is None:
        raise UnreadableError("there are no values: expected keys and values, such as device: cpu")
    if not isinstance(value, dict):
        raise UnreadableError("a list or a single value: expected keys and values, such as device: cpu")
    if TEMPLATES in value:
        raise UnreadableError(f"{TEMPLATES}: templates are not run; write out the values")
    return value
