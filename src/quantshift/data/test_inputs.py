"""The checksums of the stored inputs of all test sets of a data set (rule `truth`): two runs compare them.

The record has the CRC-32 of each file of inputs (see `quantshift.storage.checksums`) under the test set's path.
"""

from collections.abc import Mapping
from pathlib import Path

from quantshift.core.test_set import TestSet
from quantshift.storage.checksums import TEXT
from quantshift.storage.files import damaged
from quantshift.storage.records import read_record, write_record

NAME = "the checksums of test inputs"


def write(inputs: Mapping[TestSet, Path], record: Path) -> None:
    """Write the checksums of stored inputs.

    Args:
        inputs: the file of inputs of each test set.
        record: the file to write (JSON).

    Raises:
        QuantshiftError: a file of inputs is missing, or lacks its checksum.
    """
    write_record(record, {test_set.path: _checksum(file) for test_set, file in inputs.items()})


def read(record: Path) -> dict[str, str]:
    """Return the checksum of the inputs of each test set, by `<suite>/<shift>/<severity>`.

    Raises:
        QuantshiftError: the record is missing or damaged.
    """
    return read_record(record, dict[str, str], NAME)


def _checksum(file: Path) -> str:
    try:
        return TEXT.read(file)
    except (OSError, ValueError) as error:
        raise damaged(file, "a file of stored inputs", error) from error
