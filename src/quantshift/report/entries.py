"""What the page says about a study's models and variants as a whole: their names, and the presets not applicable."""

from collections.abc import Sequence
from typing import Any

from quantshift.decision.candidates import Candidate
from quantshift.decision.decide import Entry
from quantshift.decision.not_applicable import NotApplicable


def studied(entries: Sequence[Entry]) -> dict[str, list[Any]]:
    """Return the names of what was studied, in the order of the entries."""
    return {
        "models": list(dict.fromkeys((entry.dataset, entry.architecture) for entry in entries)),
        "datasets": list(dict.fromkeys(entry.dataset for entry in entries)),
        "methods": list(dict.fromkeys(entry.method for entry in entries)),
        "variants": list(dict.fromkeys(entry.name for entry in entries)),
    }


def not_applicable(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return each model with the variants whose presets it cannot take, and whether it has any other variant."""
    models: dict[tuple[str, str, str], list[NotApplicable]] = {}
    for entry in entries:
        if isinstance(entry, NotApplicable):
            models.setdefault((entry.dataset, entry.architecture, entry.method), []).append(entry)
    measured = {(each.dataset, each.architecture, each.method) for each in entries if isinstance(each, Candidate)}
    return [
        {
            **dict(zip(("dataset", "architecture", "method"), names, strict=True)),
            "variants": variants,
            "any_applicable": names in measured,
        }
        for names, variants in models.items()
    ]
