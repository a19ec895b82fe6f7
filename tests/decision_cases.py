"""Hand-made cases of decisions, for the rules in Python and in the page's script."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "vectors/decision.json"


@dataclass(frozen=True)
class Case:
    """A case: candidates and a policy as JSON, and the expected decisions."""

    name: str
    candidates: list[dict[str, Any]]
    policy: dict[str, Any]
    decisions: list[dict[str, Any]]


def cases() -> list[Case]:
    """Return all cases with the defaults filled in; the file states only what differs from them."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    defaults = content["defaults"]

    def candidate(values: dict[str, Any]) -> dict[str, Any]:
        filled = defaults["model"] | defaults["candidate"] | values
        for name, rate in defaults["rates"].items():
            filled[name] = None if filled[name] is None else rate | filled[name]
        return filled

    return [
        Case(
            case["name"],
            [candidate(values) for values in case["candidates"]],
            defaults["policy"] | case["policy"],
            [defaults["model"] | decision for decision in case["decisions"]],
        )
        for case in content["cases"]
    ]
