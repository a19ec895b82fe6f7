"""Checks of the facts about data sets, and of what architectures and collections of shifts require of them."""

from collections.abc import Iterator
from typing import Any

from quantshift.core import dataset_facts, facts_check, members
from quantshift.core.errors import QuantshiftError

# Properties of all data sets by which architectures and shifts can require one.
PROPERTIES = ("channels", "classes", "modality", "shape")


def wrong_facts(dataset: str) -> Iterator[str]:
    """Yield a line for each mistake in the file with the facts about a data set, or a line if there is none."""
    try:
        facts = dataset_facts.read(dataset)
    except QuantshiftError as error:
        yield str(error)
        return
    file = members.display_path(members.facts_file(dataset))
    modality, known = facts.get("modality"), members.names("data/modalities")
    if isinstance(modality, str) and modality not in known:
        yield f"{file}: modality = {modality!r}: no such modality; {members.hint(modality, known)}"
        return
    further = modality_facts(modality) if isinstance(modality, str) else None
    for mistake in facts_check.mistakes(facts, file, further):
        yield str(mistake)


def modality_facts(modality: str) -> tuple[str, ...]:
    """Return the names of the facts that only data sets of a modality have."""
    names: tuple[str, ...] = members.constants(f"data/modalities/{modality}")["FACTS"]
    return names


def wrong_requirements() -> Iterator[str]:
    """Yield a line for each fact that an architecture or a collection of shifts requires and that no data set has."""
    for name in members.names("architectures"):
        constants = members.constants(f"architectures/{name}")
        file = members.display_path(members.file_of(f"architectures/{name}"))
        modality = constants.get("MODALITY")
        # An unknown modality is reported with the other constants.
        if modality in members.names("data/modalities"):
            known = modality_facts(modality)
            for fact in constants.get("FACTS", ()):
                if fact not in known:
                    yield f"{file}: FACTS has {fact!r}: {modality} data sets have no such fact; {_hint(fact, known)}"
        yield from _wrong_requirement(file, constants)
    for collection in members.subfolders("shifts"):
        source = members.file_of(f"shifts/{collection}/__init__")
        # A folder of shifts may lack an __init__.py.
        if source.is_file():
            constants = members.constants(f"shifts/{collection}/__init__")
            yield from _wrong_requirement(members.display_path(source), constants)


def _wrong_requirement(file: str, constants: dict[str, Any]) -> Iterator[str]:
    required = constants.get("TAKES", {})
    if not isinstance(required, dict):
        yield f'{file}: TAKES = {required!r}: expected a dictionary, such as {{"channels": 3}}'
        return
    modalities = members.names("data/modalities")
    known = (*PROPERTIES, *(fact for modality in modalities for fact in modality_facts(modality)))
    for name in required:
        if name not in known:
            yield f"{file}: TAKES has {name!r}: no data set has such a fact; {_hint(name, known)}"


def _hint(name: Any, known: tuple[str, ...]) -> str:
    """Return a hint for the name of a fact; constants had upper-case names in earlier versions."""
    return members.hint(str(name).lower(), known)
