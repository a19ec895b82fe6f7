"""Hand-made cases of decisions, for the rules in Python and in the page's script."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "vectors/decision.json"


@dataclass(frozen=True)
class Case:
    """A case: candidates, variants that are not applicable and a policy as JSON, and the expected decisions."""

    name: str
    candidates: list[dict[str, Any]]
    not_applicable: list[dict[str, Any]]
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
        filled["float32"] = defaults["float32"] | filled["float32"]
        return filled

    def decision(values: dict[str, Any]) -> dict[str, Any]:
        # The reasons for a decision and the inputs needed are those of the variant that it names.
        named = [variant for variant in values["variants"] if variant["name"] == values["variant"]]
        reasons, needed = (named[0]["reasons"], named[0]["inputs_needed"]) if named else ([], None)
        return defaults["model"] | {"reasons": reasons, "inputs_needed": needed, "not_applicable": []} | values

    return [
        Case(
            case["name"],
            [candidate(values) for values in case["candidates"]],
            [defaults["model"] | variant for variant in case.get("not_applicable", [])],
            defaults["policy"] | case["policy"],
            [decision(values) for values in case["decisions"]],
        )
        for case in content["cases"]
    ]
