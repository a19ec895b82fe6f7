"""Where things are fetched from."""

from collections.abc import Iterator
from pathlib import Path

from quantshift.configuration.lines import shown
from quantshift.configuration.names import one_of
from quantshift.core import members
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
    try:
        there = Path(directory).expanduser().is_dir()
    except RuntimeError:
        user = directory.partition("/")[0]
        yield f"data_directory = {shown(directory)}: there is no home folder of {user}; write the absolute path"
        return
    except OSError:  # the name is too long, or the folder is closed to us
        there = False
    if directory != USUAL_DIRECTORY and not there:
        yield f"data_directory = {shown(directory)}: no such folder (relative paths start where Snakemake runs)"
