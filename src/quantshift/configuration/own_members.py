"""Checks of the user's folders of members."""

from collections.abc import Iterator
from pathlib import Path

from quantshift.configuration.lines import as_json
from quantshift.core import members
from quantshift.study import Config

# The folders that are searched for members; `shifts` has a folder for each collection.
KINDS = ("architectures", "datasets", "detectors", "fetching", "figures", "quantizers", "shifts", "training")


def wrong_members(config: Config) -> Iterator[str]:
    """Register the config's folders of members, and yield a line for each folder or member that cannot be used."""
    folders = config["members"]
    for folder in folders:
        if not Path(folder).is_dir():
            yield f"members: {as_json(folder)} is not a folder: expected a path relative to the folder of the run"
        elif not any((Path(folder) / kind).is_dir() for kind in KINDS):
            yield f"members: {as_json(folder)} has no members: expected one of the folders {', '.join(KINDS)}"
    members.use(folder for folder in folders if Path(folder).is_dir())
    for member, files in members.duplicates():
        paths = " and ".join(members.display_path(file) for file in files)
        yield f"members: {member} is defined twice, in {paths}; rename one of them"
