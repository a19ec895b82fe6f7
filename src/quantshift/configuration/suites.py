"""Checks of suites, their shifts and severities."""

from collections.abc import Iterator
from typing import Any

from quantshift.configuration.lines import as_json
from quantshift.configuration.names import unusable_name
from quantshift.core import members

# Names with another meaning in result paths and archives.
RESERVED_SUITES = ("all", "clean", "validation", "sources")


def suite_names() -> tuple[str, ...]:
    """Return the sorted names of the suites: the folders in `shifts` that contain a shift."""
    return tuple(
        folder
        for folder in members.subfolders("shifts")
        if any(_generates(f"shifts/{folder}/{name}") for name in members.names(f"shifts/{folder}"))
    )


def _generates(member: str) -> bool:
    """Return whether a file creates a shifted test set, from the clean one (`apply`) or from other data (`load`)."""
    return not members.functions(member).isdisjoint(("apply", "load"))


def unknown_shifts(name: str, suite: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each shift that a suite does not have, and each severity that a shift does not have."""
    suites = suite_names()
    yield from unusable_name(f"suites.{name}", name)
    if name in RESERVED_SUITES:
        yield f"suites.{name}: the name is reserved; choose another"
        return
    if "collection" not in suite and name not in suites:
        yield (
            f"suites.{name}: unknown suite; {members.hint(name, suites)} (a suite of your own must name one of these "
            "as its collection)"
        )
        return
    collection = suite.get("collection", name)
    if collection not in suites:
        yield f"suites.{name}.collection = {as_json(collection)}: unknown; {members.hint(collection, suites)}"
        return
    known = members.names(f"shifts/{collection}")
    archives = members.names("shifts/archives")
    if suite.get("source") == "archive" and collection not in archives:
        yield f'suites.{name}.source = "archive": {collection} has no archive, only {", ".join(archives)} have one'
        return
    for shift, severities in suite["shifts"].items():
        key = f"suites.{name}.shifts.{shift}"
        if shift not in known:
            yield f"{key} = {severities}: unknown shift; {members.hint(shift, known)}"
            continue
        if not _generates(f"shifts/{collection}/{shift}"):
            file = f"src/quantshift/shifts/{collection}/{shift}.py"
            yield f"{key}: its file {file} lacks the function apply or load (see the other files in its folder)"
            continue
        constants = members.constants(f"shifts/{collection}/{shift}")
        allowed = list(range(1, len(constants["LEVELS"]) + 1)) if "LEVELS" in constants else [0]
        if suite.get("source") == "archive":
            archived = members.constants(f"shifts/archives/{collection}")["SEVERITIES"]
            allowed = archived if isinstance(archived, list) else archived.get(shift, [])
        for severity in severities:
            if severity not in allowed:
                where = " in the archive" if suite.get("source") == "archive" else ""
                yield f"{key} = {severities}: {shift} has no severity {severity}{where}; it has {allowed}"
