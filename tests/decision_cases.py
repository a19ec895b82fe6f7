"""The hand-made cases of decisions, for the rules in Python and for those of the page's script."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "vectors/decision.json"


@dataclass(frozen=True)
class Case:
    """A case: candidates and a policy as JSON, and the decisions that follow."""

    name: str
    candidates: list[dict[str, Any]]
    policy: dict[str, Any]
    decisions: list[dict[str, Any]]


def cases() -> list[Case]:
    """Return all cases, each whole: a case in the file states what differs from the defaults."""
    found = json.loads(FILE.read_text(encoding="utf-8"))
    defaults = found["defaults"]

    def candidate(own: dict[str, Any]) -> dict[str, Any]:
        made = defaults["model"] | defaults["candidate"] | own
        for test_sets in ("clean", "shifted", "worst"):
            made[test_sets] = None if made[test_sets] is None else defaults["rate"] | made[test_sets]
        return made

    return [
        Case(
            case["name"],
            [candidate(own) for own in case["candidates"]],
            defaults["policy"] | case["policy"],
            [defaults["model"] | decision for decision in case["decisions"]],
        )
        for case in found["cases"]
    ]
