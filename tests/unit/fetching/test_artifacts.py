"""The constants that the workflow reads from an artifact's file agree with its origins."""

import pytest

from quantshift.core import members
from quantshift.fetching.origin import OwnFile, UserFiles, UserFolder


@pytest.mark.parametrize("name", members.names("fetching/artifacts"))
def test_an_artifact_without_checksums_is_private(name):
    origins = members.load("fetching/artifacts", name).ORIGINS.values()
    unknown = any(
        isinstance(origin, UserFolder)
        or (isinstance(origin, UserFiles) and any(isinstance(file, OwnFile) for file in origin.files))
        for origin in origins
    )
    assert members.constants(f"fetching/artifacts/{name}").get("PRIVATE", False) is unknown
