"""A guard in words: for the terminal and the page."""

from collections.abc import Mapping
from typing import Any

from quantshift.decision.numbers import exact_percent, fixed, percent
from quantshift.guards.detectors import WORDS
from quantshift.guards.promise import ALL_SHIFTED, BROKEN, HELD
from quantshift.guards.record import WRITTEN

Record = Mapping[str, Any]
HEADER = ("test set", "inputs", "by float32, %", "differ unguarded, %", "differ guarded, %", "promise")
MEGABYTE = 1e6


def sentence(record: Record) -> str:
    """Return the outcome in one sentence."""
    promise = promised(record)
    if record["outcome"] != WRITTEN:
        reasons = "; ".join(f"{item['variant']}: {item['reason']}" for item in _distinct(record["rejected"]))
        return f"{record['outcome']}: {promise}: no file is written: {reasons}"
    check = record["check"]
    return (
        f"written: {record['variant']} with a guard: {promise}: answers to {check['disagreements']:,} of "
        f"{check['n']:,} test inputs differ (upper limit {percent(check['high'])} %); float32 answers "
        f"{percent(record['sent'])} % of rows; the speed is {fixed(record['speedup_over_float32'], 2)} × float32’s"
    )


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
    margin = WORDS[record["kind"], record["detector"]]
    threads = f"{record['threads']} thread{'' if record['threads'] == 1 else 's'}"
    return [
        ("promise", promised(record)),
        ("answers", f"{record['variant']}; a row goes to float32 if {margin} is below {record['threshold']:.4g}"),
        (
            "checked",
            f"threshold chosen on {record['choice_inputs']:,} other inputs; answers to {check['disagreements']:,} of "
            f"{check['n']:,} test inputs{sources} differ (upper limit {percent(check['high'])} %)",
        ),
        ("by float32", f"{percent(record['sent'])} % of the test inputs"),
        (
            "speed",
            f"{fixed(record['speedup_over_float32'], 2)} × float32’s, on {record['timed_rows']:,} clean test inputs "
            f"({record['batch_size']} per call, {threads})",
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
