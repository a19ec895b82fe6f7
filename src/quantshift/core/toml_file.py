"""Read a TOML file that a user may have written (standard library only)."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from quantshift.core.errors import QuantshiftError


@cache
def read(file: Path, name: str) -> dict[str, Any]:
    """Return the values of a TOML file, which the caller must not change.

    Args:
        file: the file.
        name: the file's name in messages.

    Raises:
        QuantshiftError: the file is missing or unreadable, or is not TOML in UTF-8; the message is one line.
    """
    try:
        content = file.read_bytes()
        # Some editors write a byte order mark, which TOML does not allow.
        return tomllib.loads(content.decode("utf-8-sig"))
    except OSError as error:
        raise QuantshiftError(f"{name} cannot be read ({error.strerror}): expected a TOML file") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise QuantshiftError(
            f"{name}, line {line}: the byte 0x{error.object[error.start]:02x}: expected UTF-8 text; save the file in "
            "that encoding"
        ) from error
    except RecursionError as error:
        raise QuantshiftError(f"{name}: values nested too deeply: expected valid TOML") from error
    except ValueError as error:  # TOMLDecodeError, or a number with thousands of digits
        raise QuantshiftError(f"{name}: {error}: expected valid TOML") from error
