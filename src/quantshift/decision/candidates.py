"""Measurements of each model's variants over all seeds: how often answers differ, and the gain over float32."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from quantshift.analysis.classes import ClassFacts
from quantshift.core.errors import QuantshiftError
from quantshift.core.model_id import ModelId
from quantshift.core.names import CLEAN_SUITE as CLEAN
from quantshift.core.names import FLOAT32, NOT_APPLICABLE
from quantshift.decision.float32 import Float32, float32_facts
from quantshift.decision.rates import (
    ClassRate,
    MeanRate,
    Row,
    SetRate,
    class_rate,
    highest,
    mean_rate,
    set_rate,
)

# Columns that identify a model and a test set, in this order.
MODEL = ("dataset", "architecture", "method")
TEST_SET = ("suite", "shift", "severity")
# The columns that are read from the tables `evaluation` and `variants`.
EVALUATION = (
    *(*MODEL, "seed", "variant", *TEST_SET, "n", "accuracy", "accuracy_float32", "most_frequent_share"),
    *("disagreements", "tied_disagreements", "disagreement_rate", "disagreement_rate_without_ties"),
    "effective_inputs",
)
VARIANTS = (
    *(*MODEL, "seed", "variant", "file_bytes", "images_per_second", "speedup_over_float32", "quantized_weight_share"),
    *("integer_compute_share", "may_saturate", "saturates_without_vnni"),
    *("shifted_inputs", "shifted_rate", "shifted_rate_without_ties", "shifted_effective_inputs"),
    *("status", "reason"),
)

# The classes of each model's variants on the clean test set.
Classes = Mapping[tuple[ModelId, str], ClassFacts | None]


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A variant of a model, over all seeds.

    Attributes:
        dataset: name of the data set.
        architecture: name of the architecture.
        method: training method of the model.
        name: the quantized variant.
        seeds: number of seeds.
        float32: what float32 answers on the clean test set; the same for all variants of a model.
        clean: the variant's rate on the clean test set.
        shifted: its rate on the shifted data as a whole; None if there is no shifted test set.
        worst_shifted: its highest rate on a shifted test set; None if there is none. The limits hold for all shifted
            test sets simultaneously, so none of them is likely to exceed the upper limit.
        worst: the same for all test sets, including the clean one.
        by_class: its rates on the clean test inputs of each class; empty for models with many classes.
        shifted_sets: number of shifted test sets.
        accuracy_change: its accuracy on the clean test set minus float32's; None without labels.
        file_bytes: size of its file, the mean of the seeds.
        size: that size relative to float32's.
        milliseconds: time per input; None if not measured.
        speedup: inputs per second relative to float32's; None if not measured.
        quantized_weight_share: share of the weights that the file stores as integers or in half precision, 0..1: the
            least of the seeds.
        integer_compute_share: share of the multiplied weights that integer kernels multiply, 0..1; None if unknown.
        may_saturate: whether sums may have overflowed on the CPU of the run, so that other CPUs give different answers.
        saturates_without_vnni: whether sums may overflow on CPUs without VNNI, which then give different answers.
        test_inputs: the checksum of the stored inputs of each test set, by `<suite>/<shift>/<severity>`; the same for
            all variants of a model.
    """

    dataset: str
    architecture: str
    method: str
    name: str
    seeds: int
    float32: Float32
    clean: SetRate
    shifted: MeanRate | None
    worst_shifted: SetRate | None
    worst: SetRate
    by_class: tuple[ClassRate, ...]
    shifted_sets: int
    accuracy_change: float | None
    file_bytes: int
    size: float
    milliseconds: float | None
    speedup: float | None
    quantized_weight_share: float
    integer_compute_share: float | None
    may_saturate: bool
    saturates_without_vnni: bool
    test_inputs: Mapping[str, str] = field(default_factory=dict)


def candidates(
    evaluation: Iterable[Row], variants: Iterable[Row], classes: Classes, confidence: float
) -> list[Candidate]:
    """Return a candidate for each quantized variant of each model, sorted.

    A variant whose preset a model cannot take, even with one of its seeds, is no candidate.

    Args:
        evaluation: rows of the table `evaluation`, with the columns EVALUATION; None for empty cells.
        variants: rows of the table `variants`, with the columns VARIANTS; None for empty cells.
        classes: the classes of all variants of all models, float32 included.
        confidence: confidence of each limit, in 0..1.

    Raises:
        QuantshiftError: a model, seed or variant of one table is not in the other, or `variants` lacks the rate on
            shifted data.
    """
    listed = list(variants)
    inapplicable = {_key(row, "variant") for row in listed if row["status"] == NOT_APPLICABLE}
    files = [row for row in listed if _key(row, "variant") not in inapplicable]
    evaluated = list(evaluation)
    measured = [row for row in evaluated if row["variant"] != FLOAT32 and _key(row, "variant") not in inapplicable]
    reference = _grouped((row for row in evaluated if row["variant"] == FLOAT32 and row["suite"] == CLEAN), *MODEL)
    float32_bytes = {_key(row, "seed"): row["file_bytes"] for row in files if row["variant"] == FLOAT32}
    by_evaluation = _grouped(measured, *MODEL, "variant")
    by_file = _grouped((row for row in files if row["variant"] != FLOAT32), *MODEL, "variant")
    for rows_by_key, others, name in ((by_evaluation, by_file, "variants"), (by_file, by_evaluation, "evaluation")):
        if absent := sorted(set(rows_by_key) - set(others)):
            raise QuantshiftError(f"the table {name} has no row for {'/'.join(absent[0])}: repeat the run")
    for key, rows in by_evaluation.items():
        if {row["seed"] for row in rows} != {row["seed"] for row in by_file[key]}:
            raise QuantshiftError(
                f"the tables evaluation and variants have different seeds of {'/'.join(key)}: repeat the run"
            )
    results = []
    for key in sorted(by_evaluation):
        dataset, architecture, method, variant = key
        rows = by_evaluation[key]
        sets = _grouped(rows, *TEST_SET)
        clean = [row for row in rows if row["suite"] == CLEAN]
        shifted = [part for (suite, *_), part in sorted(sets.items()) if suite != CLEAN]
        for row in by_file[key] if shifted else ():
            if row["shifted_rate"] is None:
                raise QuantshiftError(
                    f"the table variants has no shifted_rate for {'/'.join(_key(row, 'seed', 'variant'))}, but the "
                    "table evaluation has shifted test sets: repeat the run"
                )
        own_classes = {(model.seed, name): facts for (model, name), facts in classes.items() if _is(model, key)}
        float32 = {seed: facts for (seed, name), facts in own_classes.items() if name == FLOAT32 and facts}
        results.append(
            Candidate(
                dataset=dataset,
                architecture=architecture,
                method=method,
                name=variant,
                seeds=len({row["seed"] for row in rows}),
                float32=float32_facts(reference.get((dataset, architecture, method), []), float32),
                clean=set_rate(clean, confidence),
                shifted=mean_rate(by_file[key], shifted, confidence) if shifted else None,
                worst_shifted=highest(shifted, confidence) if shifted else None,
                worst=highest([clean, *shifted], confidence),
                by_class=_by_class(
                    [facts for (_, name), facts in sorted(own_classes.items()) if name == variant and facts], confidence
                ),
                shifted_sets=len(shifted),
                accuracy_change=_mean(_difference(row["accuracy"], row["accuracy_float32"]) for row in clean),
                **_file(by_file[key], float32_bytes),
            )
        )
    return results


def _by_class(facts: Sequence[ClassFacts], confidence: float) -> tuple[ClassRate, ...]:
    """Return the rates of the classes that have inputs with every seed.

    Without labels, the class of an input is the answer of float32, which may differ between seeds.
    """
    counts = [{count["class"]: count for count in fact["by_class"]} for fact in facts]
    shared = sorted(set.intersection(*map(set, counts))) if counts else []
    return tuple(
        class_rate(
            number,
            n=min(count[number]["n"] for count in counts),
            disagreements=sum(count[number]["disagreements"] for count in counts),
            rate=fmean(count[number]["disagreements"] / count[number]["n"] for count in counts),
            effective_n=min(count[number]["effective_n"] for count in counts),
            confidence=confidence,
        )
        for number in shared
    )


def _is(model: ModelId, key: tuple[str, ...]) -> bool:
    return (model.dataset, model.architecture, model.method) == key[:3]


def _file(rows: Sequence[Row], float32_bytes: Mapping[tuple[str, ...], int]) -> dict[str, Any]:
    """Return the facts about a variant's files: means over the seeds, and warnings that apply to any seed."""
    for row in rows:
        if _key(row, "seed") not in float32_bytes:
            raise QuantshiftError(f"the table variants has no float32 row for {'/'.join(_key(row, 'seed'))}")
    return {
        "file_bytes": round(fmean(row["file_bytes"] for row in rows)),
        "size": fmean(row["file_bytes"] / float32_bytes[_key(row, "seed")] for row in rows),
        "milliseconds": _mean(1000 / row["images_per_second"] if row["images_per_second"] else None for row in rows),
        "speedup": _mean(row["speedup_over_float32"] for row in rows),
        "quantized_weight_share": min(row["quantized_weight_share"] for row in rows),
        "integer_compute_share": _mean(row["integer_compute_share"] for row in rows),
        "may_saturate": any(row["may_saturate"] for row in rows),
        "saturates_without_vnni": any(row["saturates_without_vnni"] for row in rows),
    }


def _grouped(rows: Iterable[Row], *columns: str) -> dict[tuple[Any, ...], list[Row]]:
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[column] for column in columns)].append(row)
    return groups


def _key(row: Row, *columns: str) -> tuple[str, ...]:
    """Return a row's model and further columns as strings."""
    return tuple(str(row[column]) for column in (*MODEL, *columns))


def _mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of the values that are not None, or None if there are none."""
    present = [value for value in values if value is not None]
    return fmean(present) if present else None


def _difference(value: float | None, other: float | None) -> float | None:
    return None if value is None or other is None else value - other
