"""What changed since a baseline, as text, Markdown and JUnit XML (see `quantshift.decision.baseline`)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from quantshift.command.escaping import code, printable
from quantshift.command.tables import UNKNOWN, markdown_table
from quantshift.decision.disagreeing import count
from quantshift.decision.numbers import percent

Record = Mapping[str, Any]
HEADER = ("variant", "decision", "before", "clean, %", "before", "shifted, %", "before", "newly", "no longer")
# Inputs of a list that the text shows.
SHOWN_INPUTS = 10
LONGEST_NAME = 60
NOT_COMPARED = (
    "single inputs are not compared: there are no tables of disagreements next to the baseline, or its inputs differ"
)
OTHER_POLICY = "the baseline's decisions are computed again with the policy of this run, which differs from its own"


def blocks(record: Record) -> list[str]:
    """Return what changed as blocks of text; none without a baseline."""
    if "baseline" not in record:
        return []
    baseline = record["baseline"]
    lines = [f"since {printable(baseline['file'])}:"]
    lines += [f"note: {OTHER_POLICY}"] if baseline["policy_before"] else []
    for model in baseline["models"]:
        lines.append(f"  {model['model']}: {change(model['decision_before'], model['decision'])}")
        lines += [f"    {line}" for variant in model["variants"] for line in variant_lines(variant)]
    return ["\n".join(lines), "\n".join(outcome(baseline))]


def markdown(record: Record) -> list[str]:
    """Return what changed as blocks of Markdown; none without a baseline."""
    if "baseline" not in record:
        return []
    baseline = record["baseline"]
    parts = [f"## Since {code(printable(baseline['file']))}"]
    parts += [f"{OTHER_POLICY.capitalize()}."] if baseline["policy_before"] else []
    parts.append("\n".join(f"- {line}" for line in outcome(baseline)))
    for model in baseline["models"]:
        parts.append(f"### {model['model']}: {change(model['decision_before'], model['decision'])}")
        if model["variants"]:
            parts.append(markdown_table([HEADER, *map(cells, model["variants"])]))
        lists = [line for variant in model["variants"] for line in input_lines(variant, code)]
        if lists:
            parts.append("\n".join(f"- {line}" for line in lists))
    return parts


def junit(record: Record, suite: ElementTree.Element) -> int:
    """Add a test case for each model of a baseline, which fails if it became worse, and return the number of failures.

    Args:
        record: the decisions.
        suite: the element that gets the test cases.
    """
    if "baseline" not in record:
        return 0
    models = record["baseline"]["models"]
    for model in models:
        case = ElementTree.SubElement(suite, "testcase", classname="quantshift.baseline", name=model["model"])
        if model["regressions"]:
            message = "; ".join(model["regressions"])
            ElementTree.SubElement(case, "failure", type="regression", message=message)
        lines = [line for variant in model["variants"] for line in variant_lines(variant)]
        output = ElementTree.SubElement(case, "system-out")
        output.text = "\n".join([change(model["decision_before"], model["decision"]), *lines])
    return sum(bool(model["regressions"]) for model in models)


def outcome(baseline: Record) -> list[str]:
    """Return the regressions as lines, or that there is none."""
    return [f"regression: {sentence}" for sentence in baseline["regressions"]] or ["no regression"]


def change(before: str | None, now: str | None) -> str:
    """Return a decision now and before.

    >>> change("ship", "ship"), change("ship", "cannot tell"), change(None, "ship"), change("ship", None)
    ('ship, as before', 'cannot tell (before: ship)', 'ship, new', 'absent (before: ship)')
    """
    if before is None:
        return f"{now}, new"
    return f"{now}, as before" if now == before else f"{now or 'absent'} (before: {before})"


def variant_lines(variant: Record) -> list[str]:
    """Return what changed of a variant as lines."""
    first = f"{variant['name']}: {change(variant['decision_before'], variant['decision'])}"
    rates = [
        f"{name} {rate(variant[name])} %, "
        + (
            "not compared"
            if name in variant["different"]
            else f"compared with {rate(variant[name], '_before')} % before"
        )
        for name in ("clean", "shifted")
        if variant[name] and (variant[name]["rate"], variant[name]["rate_before"]) != (None, None)
    ]
    return ["; ".join([first, *rates]), *(f"  {line}" for line in input_lines(variant))]


def input_lines(variant: Record, escape: Callable[[str], str] = str) -> list[str]:
    """Return the inputs of a variant that disagree only now or only before, as lines.

    Args:
        variant: the changes of a variant.
        escape: what the format requires for the names of inputs.
    """
    if variant["test"] is None:
        return []
    different = [name for name in variant["different"] if name in ("clean", "shifted")]
    sets = (
        f"{variant['name']}: the {' and '.join(different)} test inputs differ from the baseline's, so these rates are "
    )
    lines = [f"{sets}not compared"] if different else []
    if variant["newly"] is None:
        return [*lines, f"{variant['name']}: {NOT_COMPARED}"]
    words = {"newly": "newly disagree", "no_longer": "no longer disagree"}
    names = {key: verb for key, verb in words.items() if variant[key]}
    return [*lines, *(f"{variant['name']}: {_inputs(variant[key], escape)} {verb}" for key, verb in names.items())]


def cells(variant: Record) -> tuple[str, ...]:
    """Return the cells of a variant, in the order of HEADER."""
    rates = [rate(variant[name], ending) for name in ("clean", "shifted") for ending in ("", "_before")]
    counts = [UNKNOWN if variant[key] is None else f"{count(variant[key]):,}" for key in ("newly", "no_longer")]
    return (variant["name"], variant["decision"] or UNKNOWN, variant["decision_before"] or UNKNOWN, *rates, *counts)


def rate(change: Record | None, ending: str = "") -> str:
    """Return a rate with its limits in percent: the present one, or with the ending `_before` the former one."""
    if change is None or change[f"rate{ending}"] is None:
        return UNKNOWN
    values = [percent(change[f"{name}{ending}"]) for name in ("rate", "low", "high")]
    return f"{values[0]} ({values[1]} to {values[2]})"


def _inputs(groups: Sequence[Record], escape: Callable[[str], str]) -> str:
    """Return the inputs as words: how many, and the first ones by test set."""
    total, left, shown = count(groups), SHOWN_INPUTS, []
    several = len({group["seed"] for group in groups}) > 1
    for group in groups:
        numbers = group["inputs"][:left]
        left -= len(numbers)
        if numbers:
            place = "clean" if group["suite"] == "clean" else f"{group['shift']} {group['severity'] or ''}".strip()
            seed = f"seed {group['seed']}, " if several else ""
            names = group["names"] and [escape(_short(name)) for name in group["names"][: len(numbers)]]
            names = names or map(str, numbers)
            shown.append(f"{seed}{place}: {', '.join(names)}")
    rest = total - SHOWN_INPUTS
    more = f"; and {rest:,} more" if rest > 0 else ""
    return f"{total:,} {'input' if total == 1 else 'inputs'} ({'; '.join(shown)}{more})"


def _short(name: str) -> str:
    """Return a name, or the beginning of a text in one line, without control characters."""
    line = printable(" ".join(name.split()))
    return line if len(line) <= LONGEST_NAME else f"{line[:LONGEST_NAME]}…"
