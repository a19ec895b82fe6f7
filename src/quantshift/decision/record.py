"""The file `results/decision.json`: the policy, and for each model the decision and the measurements behind it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypedDict

from quantshift.decision.candidates import Candidate, MeanRate, SetRate
from quantshift.decision.decide import CANNOT_TELL, DO_NOT_SHIP, SHIP, Entry, decide
from quantshift.decision.not_applicable import NotApplicable
from quantshift.decision.policy import TEST_SETS, Policy
from quantshift.storage.files import damaged, write_json
from quantshift.storage.records import read_as

NAME = "the decisions of a study"


class RateRecord(TypedDict):
    """A `Rate`."""

    n: int
    rate: float
    low: float
    high: float
    without_ties: float


class SetRateRecord(RateRecord):
    """A `SetRate`."""

    suite: str
    shift: str
    severity: int


class MeanRateRecord(RateRecord):
    """A `MeanRate`."""

    effective_n: float


class VariantRecord(TypedDict):
    """The decision for a variant, and its `Candidate` without the names of the model."""

    variant: str
    decision: str
    reasons: list[str]
    cautions: list[str]
    seeds: int
    clean: SetRateRecord
    shifted: MeanRateRecord | None
    worst_shifted: SetRateRecord | None
    worst: SetRateRecord
    shifted_sets: int
    accuracy_float32: float | None
    accuracy_change: float | None
    size: float
    speed: float | None
    quantized_weights: float
    least_quantized_weights: float
    integer_compute: float | None
    may_saturate: bool
    saturates_without_vnni: bool


class NotApplicableRecord(TypedDict):
    """A `NotApplicable` without the names of the model."""

    variant: str
    reason: str


class ModelRecord(TypedDict):
    """The decision for a model."""

    dataset: str
    architecture: str
    method: str
    decision: str
    variant: str | None
    reasons: list[str]
    variants: list[VariantRecord]
    not_applicable: list[NotApplicableRecord]


class PolicyRecord(TypedDict):
    """A `Policy`."""

    accept: float
    test_sets: str
    confidence: float
    gain: str


class DecisionRecord(TypedDict):
    """The content of the file."""

    policy: PolicyRecord
    counts: dict[str, int]
    models: list[ModelRecord]


MODEL = ("dataset", "architecture", "method")
# The rates of a candidate and their kinds.
RATES = {"clean": SetRate, "shifted": MeanRate, "worst_shifted": SetRate, "worst": SetRate}


def record(entries: Sequence[Entry], policy: Policy) -> dict[str, Any]:
    """Return the content of the file.

    Args:
        entries: the measurements, and the variants whose presets the models cannot take, in the file's order of models
            and variants.
        policy: the requirements.
    """
    facts = {_key(entry): asdict(entry) for entry in entries if isinstance(entry, Candidate)}
    models = []
    for decision in decide(entries, policy):
        model = asdict(decision)
        names = {name: model[name] for name in MODEL}
        model["variants"] = [
            variant
            | {key: fact for key, fact in facts[*names.values(), variant["variant"]].items() if key not in names}
            for variant in model["variants"]
        ]
        models.append(model)
    counts = Counter(model["decision"] for model in models)
    return {
        "policy": asdict(policy),
        "counts": {word: counts[word] for word in (SHIP, DO_NOT_SHIP, CANNOT_TELL)},
        "models": models,
    }


def write(path: Path, entries: Sequence[Entry], policy: Policy) -> None:
    """Write the file; see `record`."""
    write_json(path, record(entries, policy), sort_keys=False)


def read(path: Path) -> tuple[list[Entry], Policy]:
    """Return the entries (see `record`) and the policy in a file, after checking that its decisions follow from them.

    Raises:
        QuantshiftError: the file is missing or damaged, or its decisions do not follow from its measurements.
    """
    content = read_as(path, DecisionRecord, NAME)
    try:
        policy = Policy(**content["policy"])
        entries = [entry for model in content["models"] for entry in _entries(model)]
        consistent = record(entries, policy) == content and policy.test_sets in TEST_SETS
    # Raised for an unknown name, an unknown key and a file size of 0.
    except (KeyError, TypeError, ZeroDivisionError) as error:
        raise damaged(path, NAME, error) from error
    if not consistent:
        raise damaged(path, NAME, ValueError("its decisions do not follow from its figures"))
    return entries, policy


def _entries(model: ModelRecord) -> list[Entry]:
    """Return the variants of a model, those whose presets it cannot take at the end."""
    names = (model["dataset"], model["architecture"], model["method"])
    return [
        *(_candidate(model, variant) for variant in model["variants"]),
        *(NotApplicable(*names, **variant) for variant in model["not_applicable"]),
    ]


def _candidate(model: ModelRecord, variant: VariantRecord) -> Candidate:
    values: dict[str, Any] = {
        key: value for key, value in variant.items() if key not in ("decision", "reasons", "cautions")
    }
    for name, kind in RATES.items():
        rate: Mapping[str, Any] | None = values[name]
        values[name] = None if rate is None else kind(**rate)
    return Candidate(dataset=model["dataset"], architecture=model["architecture"], method=model["method"], **values)


def _key(entry: Entry) -> tuple[str, ...]:
    return (entry.dataset, entry.architecture, entry.method, entry.variant)
