"""What changed since a baseline: decisions, rates and single inputs, and whether anything became worse.

A model became worse if its decision did, or if the rate of one of its variants has certainly increased. Rates on
different test inputs are not compared. Where both runs have tables of disagreements, the test is paired: among the
sources (samples, or groups of samples) whose number of disagreements changed, more increased than decreased, by an
exact sign test. Otherwise the lower limit now must be above the upper limit before. The paired test divides the error
that the policy's confidence leaves among all variants (Bonferroni).
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scipy.special import betainc

from quantshift.core.errors import QuantshiftError
from quantshift.core.names import CLEAN_SUITE
from quantshift.decision import disagreeing, record
from quantshift.decision.candidates import Candidate
from quantshift.decision.decide import WORDS, Entry, judged
from quantshift.decision.disagreeing import Changes, Identity, Input
from quantshift.decision.numbers import percent
from quantshift.decision.policy import CLEAN, SHIFTED, WORST, Policy
from quantshift.decision.rates import Rate

# A variant of a model: data set, architecture, training method and name.
Key = tuple[str, str, str, str]
RATES = ("clean", "shifted", "worst")
SHOWN = ("rate", "low", "high", "disagreements")


@dataclass(frozen=True)
class Baseline:
    """The decisions of an earlier run.

    Attributes:
        file: its decision.json.
        entries: its measurements, and the variants whose presets the models could not take.
        policy: its policy.
        inputs: the inputs that disagreed, by variant; None for variants without such a table.
    """

    file: Path
    entries: Sequence[Entry]
    policy: Policy
    inputs: Mapping[Key, dict[Input, Identity] | None]


def read(file: Path) -> Baseline:
    """Read a baseline, with the tables of disagreements in the folder of the file, if there are any.

    Raises:
        QuantshiftError: a file is missing or damaged.
    """
    entries, policy = record.read_measurements(file)
    return Baseline(file, entries, policy, inputs_of(file.parent, entries))


def inputs_of(results: Path, entries: Sequence[Entry]) -> dict[Key, dict[Input, Identity] | None]:
    """Return the inputs that disagree, by variant.

    Raises:
        QuantshiftError: a table is damaged.
    """
    return {
        key_of(entry): disagreeing.read(results, (entry.dataset, entry.architecture, entry.method), entry.name)
        for entry in entries
        if isinstance(entry, Candidate)
    }


def key_of(entry: Entry) -> Key:
    """Return the model and the name of a variant."""
    return (entry.dataset, entry.architecture, entry.method, entry.name)


def compare(
    baseline: Baseline, entries: Sequence[Entry], policy: Policy, inputs: Mapping[Key, dict[Input, Identity] | None]
) -> dict[str, Any]:
    """Return what changed since a baseline, whose measurements are decided by the present policy.

    Args:
        baseline: the baseline.
        entries: the present measurements.
        policy: the present policy.
        inputs: the inputs that disagree now, by variant.

    Returns:
        `file`; `policy_before`, null if the policy is the same; `regressions`, a sentence for each; and `models`, with
        the decision, the variant, and for each variant its decision and rates before and now, which of them are on
        `different` test inputs, and the `newly` and `no_longer` disagreeing inputs, both null if they are not known.

    Raises:
        QuantshiftError: the limits of the baseline have another confidence.
    """
    if baseline.policy.confidence != policy.confidence:
        raise QuantshiftError(
            f"the limits in {baseline.file} have the confidence {baseline.policy.confidence:g}, and those of this run "
            f"{policy.confidence:g}: state --confidence {baseline.policy.confidence:g}, or create the baseline again"
        )
    before = {model["model"]: model for model in record.record(baseline.entries, policy)["models"]}
    now = {model["model"]: model for model in record.record(entries, policy)["models"]}
    measured_before = {key_of(entry): entry for entry in baseline.entries if isinstance(entry, Candidate)}
    measured = {key_of(entry): entry for entry in entries if isinstance(entry, Candidate)}
    shared = measured_before.keys() & measured.keys()
    alpha = (1 - policy.confidence) / max(len(shared), 1)

    def variant_change(key: Key) -> dict[str, Any]:
        known = (baseline.inputs.get(key), inputs.get(key))
        return _variant(measured_before[key], measured[key], policy, known, alpha)

    models = []
    for name in dict.fromkeys([*before, *now]):
        models.append(_model(before.get(name), now.get(name), shared, variant_change))
    return {
        "file": str(baseline.file),
        "policy_before": None if baseline.policy == policy else record.policy_record(baseline.policy),
        "regressions": [f"{model['model']}: {sentence}" for model in models for sentence in model["regressions"]],
        "models": models,
    }


def _model(
    before: Mapping[str, Any] | None,
    now: Mapping[str, Any] | None,
    shared: Collection[Key],
    variant_change: Callable[[Key], dict[str, Any]],
) -> dict[str, Any]:
    known: Mapping[str, Any] = now or before or {}
    change: dict[str, Any] = {
        **{name: known[name] for name in ("model", *record.MODEL)},
        "decision_before": before and before["decision"],
        "decision": now and now["decision"],
        "variant_before": before and before["variant"],
        "variant": now and now["variant"],
        "variants": [],
        "regressions": [],
    }
    if now is None:
        change["regressions"].append("it is in the baseline, but not in this run")
        return change
    decided = {variant["name"]: variant for variant in now["variants"]}
    decided_before = {variant["name"]: variant for variant in before["variants"]} if before else {}
    if before and WORDS.index(now["decision"]) > WORDS.index(before["decision"]):
        change["regressions"].append(f"{now['decision']} (before: {before['decision']}): {'; '.join(now['reasons'])}")
    for name in dict.fromkeys([*decided_before, *decided]):
        key = (known["dataset"], known["architecture"], known["method"], name)
        measured = variant_change(key) if key in shared else None
        change["variants"].append(
            {
                "name": name,
                "decision_before": _state(decided_before.get(name)),
                "decision": _state(decided.get(name)),
                **(measured or dict.fromkeys([*RATES, *FACTS])),
            }
        )
        if measured and measured["increased"]:
            change["regressions"].append(f"{name}: {_increase(measured)}")
    return change


FACTS = ("different", "newly", "no_longer", "test", "p_value", "increased", "judged")


def _state(variant: Mapping[str, Any] | None) -> str | None:
    """Return the decision on a variant, its status if it is not applicable, or None if the run has no such variant."""
    if variant is None:
        return None
    return str(variant["decision"] or variant["status"])


def _variant(
    before: Candidate,
    now: Candidate,
    policy: Policy,
    inputs: tuple[dict[Input, Identity] | None, dict[Input, Identity] | None],
    alpha: float,
) -> dict[str, Any]:
    """Return the change of one variant."""
    different = _different(before, now)
    changed = _changes(before, now, inputs)
    on = policy.on if policy.on not in different and now.shifted else CLEAN
    first, second = (judged(each, replace(policy, on=on)) for each in (before, now))
    compared = on not in different
    p_value = None if changed is None or not compared else _sign_test(changed.on(on))
    increased = p_value <= alpha if p_value is not None else compared and second.low > first.high
    return {
        **{name: _rates(None if name in different else getattr(before, name), getattr(now, name)) for name in RATES},
        "different": different,
        "newly": None if changed is None else disagreeing.by_test_set(changed.newly),
        "no_longer": None if changed is None else disagreeing.by_test_set(changed.no_longer),
        "test": "not compared" if not compared else "unpaired" if p_value is None else "paired",
        "p_value": p_value,
        "increased": bool(increased),
        "judged": _rates(first if compared else None, second),
    }


def _different(before: Candidate, now: Candidate) -> list[str]:
    """Return the rates whose test sets, or the stored inputs in them, are not the same: names of RATES."""
    clean, shifted = (
        [
            {path: each.test_inputs[path] for path in each.test_inputs if _is_clean(path) is wanted}
            for each in (before, now)
        ]
        for wanted in (True, False)
    )
    different = [name for name, (first, second) in ((CLEAN, clean), (SHIFTED, shifted)) if first != second]
    return [*different, WORST] if different else []


def _is_clean(path: str) -> bool:
    return path.partition("/")[0] == CLEAN_SUITE


def _changes(
    before: Candidate, now: Candidate, inputs: tuple[dict[Input, Identity] | None, dict[Input, Identity] | None]
) -> Changes | None:
    """Return the changes of single inputs in the test sets that are the same; None if they are not known."""
    same = {path for path, checksum in now.test_inputs.items() if before.test_inputs.get(path) == checksum}
    if inputs[0] is None or inputs[1] is None or not same or before.seeds != now.seeds:
        return None
    first, second = (
        {key: identity for key, identity in each.items() if key.test_set.path in same}
        for each in (inputs[0], inputs[1])
    )
    return disagreeing.changes(first, second)


def _sign_test(changed: Changes) -> float:
    """Return the p-value of the exact one-sided sign test that more sources increased than decreased."""
    more, fewer = changed.sources()
    # The upper tail of the binomial distribution with a probability of one half.
    return float(betainc(more, fewer + 1, 0.5)) if more else 1.0


def _rates(before: Rate | None, now: Rate | None) -> dict[str, Any]:
    """Return a rate before and now; None for a rate without test set."""
    return {
        **{f"{name}_before": before and getattr(before, name) for name in SHOWN},
        **{name: now and getattr(now, name) for name in SHOWN},
    }


def _increase(change: Mapping[str, Any]) -> str:
    rate = change["judged"]
    certain = "the limits do not overlap" if change["p_value"] is None else f"p = {change['p_value']:.2g}"
    return f"{percent(rate['rate'])} % of answers differ, and {percent(rate['rate_before'])} % before ({certain})"
