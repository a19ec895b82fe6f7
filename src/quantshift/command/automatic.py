"""`--shifts auto` for arrays: their headers show whether they hold images.

The workflow cannot decide this, because it must know its jobs where the data may be absent.
"""

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from quantshift.core.errors import QuantshiftError
from quantshift.core.kinds import IMAGE, SUITES
from quantshift.data.readers.npy import Header, read_header
from quantshift.study import AUTOMATIC

# Channels of grey and coloured images.
CHANNELS = (1, 3)


def decide(suites: Sequence[str], data: Path) -> list[str]:
    """Return suites in which the one for images replaces `auto` if the data are arrays of images.

    Args:
        suites: the value of `--shifts`.
        data: the value of `--data`; without readable arrays, `auto` stays.
    """
    if AUTOMATIC not in suites or not any(map(_has_images, _headers(data))):
        return list(suites)
    return list(dict.fromkeys(SUITES[IMAGE] if suite == AUTOMATIC else suite for suite in suites))


def _has_images(header: Header) -> bool:
    """Return whether an array has bytes [n, height, width], with channels before or after these axes."""
    shape = header.shape
    channels = len(shape) == 3 or (len(shape) == 4 and (shape[1] in CHANNELS or shape[3] in CHANNELS))
    return header.dtype == np.uint8 and channels


def _headers(file: Path) -> Iterator[Header]:
    """Yield the headers of the arrays in a file; a damaged one is reported by the job that reads it."""
    try:
        if file.suffix.lower() == ".npy":
            with file.open("rb") as stream:
                yield read_header(stream, str(file))
        elif file.suffix.lower() == ".npz":
            with zipfile.ZipFile(file) as archive:
                for name in archive.namelist():
                    with archive.open(name) as stream:
                        yield read_header(stream, name)
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, QuantshiftError):
        return
