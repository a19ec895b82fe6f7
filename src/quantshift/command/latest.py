"""Whether the results in a folder are those of its `quantshift.yaml`, or of an earlier one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quantshift.configuration.reading import read
from quantshift.configuration.user_files import CONFIG_FILE
from quantshift.core.errors import QuantshiftError
from quantshift.guards.last_run import read_config

RUN = Path("results/run.json")
# The policy may change without a run: `gate` decides anew. These have no defaults, so a key that was removed counts.
POLICY, OWN = "decision", ("models", "data")


def expect_latest(folder: Path) -> None:
    """Check that the last finished run in a folder is that of its config; a folder without a config passes.

    A check writes its config before it runs, so a check that failed leaves the results of the run before it.

    Args:
        folder: the folder of the run.

    Raises:
        QuantshiftError: the config is another one, or the record of the run is damaged.
    """
    file = folder / CONFIG_FILE
    if not file.is_file() or not (folder / RUN).is_file():
        return
    stated, config = read(file, str(file)), read_config(folder)
    same = all(contains(config.get(key), value) for key, value in stated.items() if key != POLICY)
    if not same or any(config.get(key) != stated.get(key, {}) for key in OWN):
        raise QuantshiftError(
            f"{file} differs from the config of the last finished run, whose results are in {folder}: the check after "
            f"it failed, or the file was edited; run quantshift check --directory {folder} first"
        )


def contains(whole: Any, part: Any) -> bool:
    """Return whether a merged config has the values of a part that was merged into it.

    >>> contains({"a": {"b": 1, "c": [2]}}, {"a": {"c": [2]}}), contains({"a": [1, 2]}, {"a": [1]})
    (True, False)
    """
    if isinstance(part, Mapping) and isinstance(whole, Mapping):
        return all(key in whole and contains(whole[key], value) for key, value in part.items())
    return bool(whole == part)
