"""The effect of retraining on the disagreements of held-out inputs, in numbers and words, next to its control."""

import math
from typing import Any

import pandas as pd

from quantshift.core.names import CONTROL, HELD_OUT
from quantshift.plotting.words import words

MODEL = ["dataset", "architecture", "method", "seed"]
COUNTS = ["before", "after", "persisting", "persisting_by_chance", "fixed", "new"]
# A number of disagreements "stays" if it changes by at most this fraction, and not significantly.
SAME = 0.2


def summary(table: pd.DataFrame) -> dict[str, Any] | None:
    """Return the page's entries about the retrained models, or None if none is counted on held-out inputs.

    Args:
        table: the retraining table.

    Returns:
        `rows`: one for all models together, and one for each data set and architecture, with the `scope` in words, the
        COUNTS summed over models and variants, and `control`, the disagreements after the control's training (None
        without a control); `words`, sentences about all models (None if there is no model to count); `ruined`, the
        names of the models that are excluded because retraining ruined them; `same`, the largest relative change at
        which a number "stays".
    """
    held_out, control = (table[table["protocol"] == protocol] for protocol in (HELD_OUT, CONTROL))
    if held_out.empty:
        return None
    both = pd.concat([held_out, control])
    ruined = both.loc[both["ruined"], [*MODEL, "protocol"]].drop_duplicates().sort_values([*MODEL, "protocol"])
    cells = held_out.merge(
        control[[*MODEL, "variant", "after"]].rename(columns={"after": "control"}), how="left", on=[*MODEL, "variant"]
    )
    excluded = set(ruined[MODEL].itertuples(index=False, name=None))
    cells = cells[[names not in excluded for names in cells[MODEL].itertuples(index=False, name=None)]]
    groups = [("all models", cells)]
    groups += [
        (f"{words(str(dataset))} · {words(str(architecture))}", members)
        for (dataset, architecture), members in cells.groupby(["dataset", "architecture"])
    ]
    rows = [_row(scope, members) for scope, members in groups if len(members)]
    return {
        "rows": rows,
        "words": sentences(rows[0]) if rows else None,
        "ruined": [
            f"{words(dataset)} · {words(architecture)}, {words(method)} training, seed {seed} ({words(protocol)})"
            for dataset, architecture, method, seed, protocol in ruined.itertuples(index=False, name=None)
        ],
        "same": SAME,
    }


def sentences(row: dict[str, Any]) -> str:
    """Return sentences on how retraining changed the disagreements of a scope.

    >>> counts = {"before": 145, "after": 131, "fixed": 126, "persisting": 19, "persisting_by_chance": 17.5, "new": 112}
    >>> sentences(counts | {"control": 140}).split(" Trained ")[1]
    'equally long without the added inputs, the same models have 140 disagreements.'
    """
    if row["before"] == 0:
        return f"There were no disagreements before retraining; {row['new']:,} are new."
    text = (
        f"Of {row['before']:,} disagreements, {row['fixed']:,} are gone after retraining and {row['persisting']:,} "
        f"persist ({row['persisting_by_chance']:.1f} expected by chance). {row['new']:,} are new: {outcome(row)}."
    )
    if row["control"] is not None:
        text += (
            f" Trained equally long without the added inputs, the same models have {row['control']:,} disagreements."
        )
    return text


def outcome(row: dict[str, Any]) -> str:
    """Return a phrase on whether the number of disagreements changes, and whether the same inputs disagree.

    The inputs change if fewer than half of the disagreements persist and more are new than persist.

    >>> outcome({"before": 145, "after": 131, "persisting": 19, "new": 112})
    'the number stays, the inputs change'
    >>> outcome({"before": 145, "after": 20, "persisting": 19, "new": 1})
    'the number falls'
    >>> outcome({"before": 10, "after": 7, "persisting": 3, "new": 4})
    'the number may have changed, the inputs change'
    """
    before, after = row["before"], row["after"]
    # Counts vary by chance: a change within twice its standard error is not significant.
    significant = abs(after - before) > 2 * math.sqrt(before + after)
    if significant:
        number = "falls" if after < before else "rises"
    else:
        number = "stays" if abs(after - before) <= SAME * before else "may have changed"
    if row["persisting"] >= before / 2:
        return f"the number {number}, most of the inputs stay"
    return f"the number {number}, the inputs change" if row["new"] > row["persisting"] else f"the number {number}"


def _row(scope: str, cells: pd.DataFrame) -> dict[str, Any]:
    sums = {name: int(cells[name].sum()) for name in COUNTS if name != "persisting_by_chance"}
    control = None if cells["control"].isna().any() else int(cells["control"].sum())
    return {
        "scope": scope,
        **sums,
        "persisting_by_chance": float(cells["persisting_by_chance"].sum()),
        "control": control,
    }
