"""Checks of artifacts and their origins."""

from collections.abc import Iterator
from pathlib import Path

from quantshift.configuration.lines import as_json
from quantshift.configuration.names import unknown_name
from quantshift.core import members
from quantshift.core.dataset_facts import facts_of
from quantshift.study import Config

# The value in the default config; this folder may be missing.
DEFAULT_DIRECTORY = "data"


def wrong_origins(config: Config) -> Iterator[str]:
    """Yield a line for each origin that an artifact does not have, and for each missing artifact."""
    for name in sorted(set(config["artifacts"]).intersection(members.names("fetching/artifacts"))):
        for origin in config["artifacts"][name]:
            yield from unknown_name(f"artifacts.{name}", origin, members.keys(f"fetching/artifacts/{name}", "ORIGINS"))
    for dataset in sorted(set(config["datasets"]).intersection(members.names("datasets"))):
        artifact = facts_of(dataset).artifact
        if artifact not in config["artifacts"]:
            yield f"artifacts.{artifact} is missing: datasets.{dataset} is read from it"
    for name, suite in config["suites"].items():
        collection = suite.get("collection", name)
        known = collection in members.names("shifts/archives")
        if suite.get("source") == "archive" and known and collection not in config["artifacts"]:
            yield f'artifacts.{collection} is missing: suites.{name}.source = "archive" is read from it'
        if suite.get("source") == "archive":
            continue
        for shift in sorted(set(suite["shifts"]).intersection(members.names(f"shifts/{collection}"))):
            needed = members.constants(f"shifts/{collection}/{shift}").get("ARTIFACT")
            if needed and needed not in config["artifacts"]:
                yield f"artifacts.{needed} is missing: suites.{name}.shifts.{shift} is read from it"


def absent_directory(config: Config) -> Iterator[str]:
    """Yield a line if the folder for the user's files does not exist."""
    directory = config["data_directory"]
    try:
        exists = Path(directory).expanduser().is_dir()
    except RuntimeError:
        user = directory.partition("/")[0]
        yield f"data_directory = {as_json(directory)}: there is no home folder of {user}; write the absolute path"
        return
    except OSError:  # the name is too long, or access is denied
        exists = False
    if directory != DEFAULT_DIRECTORY and not exists:
        yield f"data_directory = {as_json(directory)}: no such folder (relative paths start in the folder of the run)"
