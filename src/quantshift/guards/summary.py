"""A guard in words: for the terminal and the page."""

from collections.abc import Mapping
from typing import Any

from quantshift.decision.numbers import exact_percent, fixed, percent
from quantshift.guards.detectors import SMALLEST, TIES, WORDS
from quantshift.guards.promise import ALL_SHIFTED, BROKEN, HELD
from quantshift.guards.record import CANNOT_TELL, NO_GUARD, WRITTEN

Record = Mapping[str, Any]
HEADER = ("test set", "inputs", "by float32, %", "differ unguarded, %", "differ guarded, %", "promise")
MEGABYTE = 1e6
# The beginning of the sentence about a guard that is not written.
UNWRITTEN = {
    NO_GUARD: "no guard is written for the promise that {}",
    CANNOT_TELL: "cannot tell whether a guard would keep the promise that {}, so none is written",
}


def sentence(record: Record) -> str:
    """Return the outcome in one sentence."""
    promise = promised(record)
    if record["outcome"] != WRITTEN:
        reasons = "; ".join(f"{item['variant']}: {item['reason']}" for item in _distinct(record["rejected"]))
        advice = "; ".join(dict.fromkeys(item["advice"] for item in record["rejected"] if item["advice"]))
        return f"{UNWRITTEN[record['outcome']].format(promise)}: {reasons}{advice and f'; what to do: {advice}'}"
    check = record["check"]
    return (
        f"written: {record['variant']} with a guard: {promise}: answers to {check['disagreements']:,} of "
        f"{check['n']:,} test inputs differ (upper limit {percent(check['high'])} %); float32 answers "
        f"{percent(record['sent'])} % of rows; {_speed(record)}"
    )


def _speed(record: Record) -> str:
    """Return the speed relative to float32 in words.

    >>> _speed({"speedup_over_float32": 3.216, "sent": 0.007}), _speed({"speedup_over_float32": 0.998, "sent": 0.5})
    ('it is faster than float32, at 3.22 × its speed', 'it is as fast as float32')
    >>> _speed({"speedup_over_float32": 0.801, "sent": 0.3})[:48]
    'it is slower than float32, at 0.80 × its speed, '
    """
    factor = fixed(record["speedup_over_float32"], 2)
    if factor == "1.00":
        return "it is as fast as float32"
    if record["speedup_over_float32"] > 1:
        return f"it is faster than float32, at {factor} × its speed"
    return (
        f"it is slower than float32, at {factor} × its speed, because the quantized model computes all rows, and "
        f"float32 computes {percent(record['sent'])} % of them again"
    )


def _condition(record: Record) -> str:
    """Return when a row goes to float32, in words."""
    if record["threshold"] <= SMALLEST:
        return f"only if {TIES[record['kind'], record['detector']]}"
    return f"if {WORDS[record['kind'], record['detector']]} is below {record['threshold']:.4g}"


def promised(record: Record) -> str:
    """Return the promise in words."""
    return (
        f"at most {exact_percent(record['accept'])} % of answers differ from float32’s, with "
        f"{exact_percent(record['confidence'])} % confidence"
    )


def facts(record: Record) -> list[tuple[str, str]]:
    """Return the facts about a guard that was written: a name and a sentence each."""
    check, size, run = record["check"], record["bytes"], record["run_rows"]
    sources = "" if check["sources"] == check["n"] else f" of {check['sources']:,} sources"
    threads = f"{record['threads']} thread{'' if record['threads'] == 1 else 's'}"
    return [
        ("promise", promised(record)),
        ("answers", f"{record['variant']}; a row goes to float32 {_condition(record)}"),
        (
            "checked",
            f"threshold chosen on {record['choice_inputs']:,} other inputs; answers to {check['disagreements']:,} of "
            f"{check['n']:,} test inputs{sources} differ (upper limit {percent(check['high'])} %)",
        ),
        ("by float32", f"{percent(record['sent'])} % of the test inputs"),
        (
            "speed",
            f"{_speed(record)}; measured on {record['timed_rows']:,} clean test inputs ({record['batch_size']} per "
            f"call, {threads})",
        ),
        (
            "size",
            f"{fixed(size['guard'] / MEGABYTE, 2)} MB, as it holds both models: float32 has "
            f"{fixed(size['float32'] / MEGABYTE, 2)} MB, {record['variant']} {fixed(size['variant'] / MEGABYTE, 2)} MB",
        ),
        (
            "run",
            f"{run['rows']:,} test inputs with onnxruntime’s default settings: the answers are the expected ones, the "
            f"outputs {_difference(run['max_difference'])}",
        ),
        ("outputs", ", ".join(record["outputs"])),
        *(("note", note) for note in record["notes"]),
    ]


def rows(record: Record) -> list[tuple[str, ...]]:
    """Return the header and a row for each test set."""
    return [HEADER, *map(_cells, record["test_sets"])]


def test_set_name(outcome: Record) -> str:
    """Return the name of a test set.

    >>> test_set_name({"suite": "mnist_c", "shift": "fog", "severity": 5})
    'mnist_c/fog/5'
    """
    if outcome["suite"] == ALL_SHIFTED:
        return ALL_SHIFTED
    if outcome["shift"] == "none":
        return str(outcome["suite"])
    severity = f"/{outcome['severity']}" if outcome["severity"] else ""
    return f"{outcome['suite']}/{outcome['shift']}{severity}"


def shift_sentence(record: Record) -> str:
    """Return in how many shifted test sets the promise held; an empty text without any."""
    shifted = [item for item in record["test_sets"][1:] if item["suite"] != ALL_SHIFTED]
    if not shifted:
        return "There is no shifted test set: the promise covers only data like the clean test set."
    held, broken = (sum(item["promise"] == word for item in shifted) for word in (HELD, BROKEN))
    unknown = len(shifted) - held - broken
    return (
        f"The promise covers only data like the clean test set. Of {len(shifted)} shifted test "
        f"set{'' if len(shifted) == 1 else 's'}, it held on {held}, was broken on {broken}, and {unknown} "
        f"{'has' if unknown == 1 else 'have'} too few inputs to tell."
    )


def text(record: Record) -> str:
    """Return what the command prints about a guard."""
    if record["outcome"] != WRITTEN:
        return sentence(record)
    lines = [f"{record['model']}:", *(f"  {name:10} {value}" for name, value in facts(record))]
    return "\n".join(lines)


def _cells(item: Record) -> tuple[str, ...]:
    interval = f"{percent(item['rate'])} ({percent(item['low'])} to {percent(item['high'])})"
    return (
        test_set_name(item),
        f"{item['n']:,}",
        percent(item["sent"]),
        percent(item["rate_before"]),
        interval,
        item["promise"],
    )


def _difference(largest: float) -> str:
    return "equal the stored ones" if largest == 0 else f"differ from the stored ones by at most {largest:.2g}"


def _distinct(rejected: list[Record]) -> list[Record]:
    """Return the reasons, with the variants of equal ones together."""
    by_reason: dict[str, list[str]] = {}
    for item in rejected:
        by_reason.setdefault(item["reason"], []).append(item["variant"])
    return [{"variant": ", ".join(names), "reason": reason} for reason, names in by_reason.items()]
