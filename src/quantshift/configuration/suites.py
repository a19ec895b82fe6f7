"""Suites, their shifts and severities."""

from collections.abc import Iterator
from typing import Any

from quantshift.configuration.lines import shown
from quantshift.configuration.names import unusable
from quantshift.core import members

# Names that paths and archives of results give to other things.
RESERVED_SUITES = ("all", "clean", "validation", "sources")


def suite_names() -> tuple[str, ...]:
    """Return the sorted names of the suites: the folders of `shifts` that have a shift."""
    return tuple(
        folder
        for folder in members.subfolders("shifts")
        if any(_generates(f"shifts/{folder}/{name}") for name in members.names(f"shifts/{folder}"))
    )


def _generates(member: str) -> bool:
    """Return whether a file makes a shifted test set, from the clean one (`apply`) or from other data (`load`)."""
    return not members.functions(member).isdisjoint(("apply", "load"))


def unknown_shifts(name: str, suite: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each shift that a suite does not have, and each severity that a shift does not have."""
    suites = suite_names()
    yield from unusable(f"suites.{name}", name)
    if name in RESERVED_SUITES:
        yield f"suites.{name}: the name has a meaning of its own; choose another"
        return
    if "collection" not in suite and name not in suites:
        yield (
            f"suites.{name}: unknown suite; {members.hint(name, suites)} (one of your own says which of these it takes "
            "its shifts from: collection)"
        )
        return
    collection = suite.get("collection", name)
    if collection not in suites:
        yield f"suites.{name}.collection = {shown(collection)}: unknown; {members.hint(collection, suites)}"
        return
    known = members.names(f"shifts/{collection}")
    archives = members.names("shifts/archives")
    if suite.get("source") == "archive" and collection not in archives:
        yield f'suites.{name}.source = "archive": there is none of {collection}, only of {", ".join(archives)}'
        return
    for shift, severities in suite["shifts"].items():
        key = f"suites.{name}.shifts.{shift}"
        if shift not in known:
            yield f"{key} = {severities}: unknown shift; {members.hint(shift, known)}"
            continue
        if not _generates(f"shifts/{collection}/{shift}"):
            file = f"src/quantshift/shifts/{collection}/{shift}.py"
            yield f"{key}: its file {file} lacks the function apply, or load (see the other files in its folder)"
            continue
        about = members.constants(f"shifts/{collection}/{shift}")
        allowed = list(range(1, len(about["LEVELS"]) + 1)) if "LEVELS" in about else [0]
        if suite.get("source") == "archive":
            held = members.constants(f"shifts/archives/{collection}")["SEVERITIES"]
            allowed = held if isinstance(held, list) else held.get(shift, [])
        for severity in severities:
            if severity not in allowed:
                where = " in the archive" if suite.get("source") == "archive" else ""
                yield f"{key} = {severities}: {shift} has no severity {severity}{where}; it has {allowed}"
