"""What a collection of shifts requires of data."""

from typing import Any

from quantshift.core import members


def required_by(collection: str) -> dict[str, Any]:
    """Return the properties that a collection of shifts requires of data."""
    if not members.file_of(f"shifts/{collection}/__init__").is_file():
        return {}
    required: dict[str, Any] = members.constants(f"shifts/{collection}/__init__").get("TAKES", {})
    return required
