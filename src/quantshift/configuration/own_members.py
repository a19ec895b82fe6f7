"""The user's own folders of members."""

from collections.abc import Iterator
from pathlib import Path

from quantshift.configuration.lines import shown
from quantshift.core import members
from quantshift.study import Config

# The folders of a user's folder that are looked into; `shifts` has a folder for each collection.
KINDS = ("architectures", "datasets", "detectors", "fetching", "figures", "quantizers", "shifts", "training")


def wrong_members(config: Config) -> Iterator[str]:
    """Look for members in the config's folders from now on, and yield a line for each that cannot be used."""
    given = config["members"]
    for folder in given:
        if not Path(folder).is_dir():
            yield f"members: {shown(folder)} is no folder: expected a path from where Snakemake runs"
        elif not any((Path(folder) / kind).is_dir() for kind in KINDS):
            yield f"members: {shown(folder)} has no members: expected one of the folders {', '.join(KINDS)}"
    members.use(folder for folder in given if Path(folder).is_dir())
    for member, files in members.duplicates():
        places = " and ".join(members.display_path(file) for file in files)
        yield f"members: {member} is there twice, in {places}; choose another name for one of them"
