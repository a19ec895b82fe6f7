"""Decide on the models of a finished run, under its own policy or another one."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from quantshift.command.exit_codes import DO_NOT_SHIP, of_decisions
from quantshift.command.input_names import add_names
from quantshift.command.latest import expect_latest
from quantshift.command.summary import DECISION
from quantshift.core.errors import QuantshiftError
from quantshift.decision import record as decisions
from quantshift.decision.baseline import Baseline, compare, inputs_of
from quantshift.decision.policy import policy

TABLES = Path("results/tables")
Record = Mapping[str, Any]


def decide(folder: Path, stated: Mapping[str, Any], baseline: Baseline | None = None) -> Record:
    """Return the decisions in the form of `results/decision.json`.

    Args:
        folder: the folder of the run.
        stated: keys of the config's section `decision` that replace those of the run.
        baseline: the decisions of an earlier run; what changed since is then under `baseline`.

    Raises:
        QuantshiftError: there is no finished run, its config has changed since, or a file is damaged.
    """
    file = folder / DECISION
    if not file.is_file():
        raise QuantshiftError(
            f"{folder} has no finished run, since {DECISION} is missing: run quantshift check or quantshift study, or "
            "name the folder of a run with --directory"
        )
    expect_latest(folder)
    entries, present = decisions.read(file)
    chosen = policy({**asdict(present), "test_sets": present.on, **stated})
    if chosen.confidence != present.confidence:
        # Imported here because pandas is slow to import, and limits depend on nothing else in a policy.
        from quantshift.aggregation.decision import measured_again

        tables = folder / TABLES
        entries = measured_again(entries, tables / "evaluation.csv", tables / "variants.csv", chosen.confidence)
    if not entries:
        raise QuantshiftError(
            f"{file} has no variants: expected at least one preset (--quantizers, or study.quantizers in the config)"
        )
    record = decisions.record(entries, chosen)
    if baseline is None:
        return record
    changes = compare(baseline, entries, chosen, inputs_of(file.parent, entries))
    add_names(changes, file.parent)
    return record | {"baseline": changes}


def exit_code(record: Record) -> int:
    """Return the exit code for decisions: that of the worst one, or that of `do not ship` after a regression."""
    if record.get("baseline", {}).get("regressions"):
        return DO_NOT_SHIP
    return of_decisions(model["decision"] for model in record["models"])


def as_json(record: Record) -> str:
    """Return decisions as the text of `results/decision.json`."""
    return json.dumps(record, indent=2, ensure_ascii=False)
