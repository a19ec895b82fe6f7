"""Names of test inputs of a user's own data: the file and the row of a sample, or its text."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from quantshift.core.names import GIVEN
from quantshift.core.test_set import TestSet
from quantshift.storage.files import read_json
from quantshift.study import test_folder


def add_names(changes: Mapping[str, Any], results: Path) -> None:
    """Add the names of the inputs that changed (see `quantshift.decision.baseline`), under `names` next to `inputs`.

    They are null for models that were trained, and if the results do not have them.

    Args:
        changes: what changed since a baseline; it is changed in place.
        results: the folder of the results.
    """
    stored: dict[Path, list[str]] = {}
    for model in changes["models"]:
        for variant in model["variants"]:
            for group in (*(variant["newly"] or ()), *(variant["no_longer"] or ())):
                names: list[str] = []
                if model["method"] == GIVEN:
                    test_set = TestSet(group["suite"], group["shift"], group["severity"])
                    file = results.parent / test_folder(model["dataset"], test_set) / "texts.json"
                    if file not in stored:
                        stored[file] = list(read_json(file)) if file.is_file() else []
                    names = stored[file]
                known = max(group["inputs"]) < len(names)
                group["names"] = [names[number] for number in group["inputs"]] if known else None
