"""Where things are fetched from."""

import json
from collections.abc import Iterator
from pathlib import Path

from quantshift import members
from quantshift.configuration.names import one_of
from quantshift.study import Config

# Of the default config: it need not be there.
USUAL_DIRECTORY = "data"


def wrong_origins(config: Config) -> Iterator[str]:
    """Yield a line for each origin that an artifact does not have, and for each artifact that is needed and missing."""
    for name in sorted(set(config["artifacts"]).intersection(members.names("fetching/artifacts"))):
        for origin in config["artifacts"][name]:
            yield from one_of(f"artifacts.{name}", origin, members.keys(f"fetching/artifacts/{name}", "ORIGINS"))
    for dataset in sorted(set(config["datasets"]).intersection(members.names("datasets"))):
        artifact = members.constants(f"datasets/{dataset}")["ARTIFACT"]
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
            artifact = members.constants(f"shifts/{collection}/{shift}").get("ARTIFACT")
            if artifact and artifact not in config["artifacts"]:
                yield f"artifacts.{artifact} is missing: suites.{name}.shifts.{shift} is read from it"


def absent_directory(config: Config) -> Iterator[str]:
    """Yield a line where the folder for the user's own files is not there: where these are read it has to be."""
    directory = config["data_directory"]
    if directory != USUAL_DIRECTORY and not Path(directory).expanduser().is_dir():
        yield f"data_directory = {json.dumps(directory)}: no such folder (relative ones: from where Snakemake runs)"
