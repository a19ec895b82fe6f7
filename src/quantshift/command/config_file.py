"""The file `quantshift.yaml`: written by the command, edited by its user, and never overwritten if it was edited."""

import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from quantshift.configuration.lines import as_json
from quantshift.configuration.reading import read
from quantshift.core.errors import QuantshiftError
from quantshift.storage.files import write_bytes

HEADER = """\
# What `quantshift check` runs in this folder. To run it again, here: quantshift check --directory .
# or as a workflow: quantshift study --cores all --configfile quantshift.yaml
# You may edit this file; config/README.md of quantshift describes all keys. Relative paths start in this folder.
# Content as written: {checksum}

"""
CHECKSUM = re.compile(r"# Content as written: ([0-9a-f]{8})\n\n")
MAX_SHOWN = 5


def rendered(config: Mapping[str, Any]) -> str:
    """Return the text of the file for a config."""
    content = yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True, width=120)
    return HEADER.format(checksum=_checksum(content)) + content


def is_edited(text: str) -> bool:
    """Return whether a text is not as the command has written it."""
    match = CHECKSUM.search(text)
    return match is None or _checksum(text[match.end() :]) != match.group(1)


def store(config: Mapping[str, Any], file: Path, *, force: bool) -> Path | None:
    """Write the file for a config, unless it has the same values.

    Args:
        config: the config.
        file: the file.
        force: whether to replace an edited file, of which a copy stays.

    Returns:
        The copy of an edited file that was replaced, or None.

    Raises:
        QuantshiftError: the file was edited, and has other values.
    """
    text = rendered(config)
    copy = None
    if file.exists():
        present = file.read_text(encoding="utf-8", errors="replace")
        if is_edited(present):
            if not force:
                _expect_same(config, file)
                return None
            copy = _free_name(file)
            write_bytes(copy, file.read_bytes())
        elif present == text:
            return None
    write_bytes(file, text.encode())
    return copy


def _expect_same(config: Mapping[str, Any], file: Path) -> None:
    different = list(differences(read(file, str(file)), config))
    if different:
        shown = "; ".join(different[:MAX_SHOWN]) + ("; ..." if len(different) > MAX_SHOWN else "")
        raise QuantshiftError(
            f"{file} was edited and differs from these options ({shown}): to run the file, leave out the model, as in "
            f"quantshift check --directory {file.parent}; to replace it and keep a copy, add --force"
        )


def differences(present: Any, wanted: Any, key: str = "") -> Iterator[str]:
    """Yield the keys whose values differ, with both values.

    >>> list(differences({"a": {"b": 1}, "c": 2}, {"a": {"b": 3}, "c": 2}))
    ['a.b is 1 there and 3 here']
    """
    if isinstance(present, dict) and isinstance(wanted, dict):
        for name in dict.fromkeys([*present, *wanted]):
            yield from differences(present.get(name), wanted.get(name), f"{key}.{name}" if key else str(name))
    elif present != wanted:
        yield f"{key} is {_shown(present)} there and {_shown(wanted)} here"


def _shown(value: Any) -> str:
    return "absent" if value is None else as_json(value)


def _free_name(file: Path) -> Path:
    number = 1
    while (copy := file.with_name(f"{file.name}.{number}")).exists():
        number += 1
    return copy


def _checksum(content: str) -> str:
    return f"{zlib.crc32(content.encode()):08x}"
