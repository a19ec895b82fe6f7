"""The file `results/decision.json`: the policy, and for each model the decision and the measurements behind it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, TypedDict

from quantshift.core.errors import QuantshiftError
from quantshift.core.names import APPLICABLE, GIVEN, NOT_APPLICABLE
from quantshift.decision.candidates import Candidate
from quantshift.decision.decide import CANNOT_TELL, DO_NOT_SHIP, SHIP, Entry, decide
from quantshift.decision.float32 import Float32
from quantshift.decision.not_applicable import NotApplicable
from quantshift.decision.policy import TEST_SETS, Policy
from quantshift.decision.rates import ClassRate, Limiting, MeanRate, SetRate
from quantshift.storage.files import damaged, read_json, write_json
from quantshift.storage.records import read_as

NAME = "the decisions of a study"
# Raise it whenever the fields of a file, or the meaning of one, change.
FORMAT = 2


class LimitingRecord(TypedDict):
    """A `Limiting`."""

    rate: float
    n: int
    effective_n: float


class RateRecord(TypedDict):
    """A `Rate`, also a `MeanRate`."""

    n: int
    disagreements: int
    ties: int
    rate: float
    low: float
    high: float
    without_ties: float
    effective_n: float
    limiting: LimitingRecord


class SetRateRecord(RateRecord):
    """A `SetRate`."""

    suite: str
    shift: str
    severity: int


# A `ClassRate`, whose number is under `class`.
ClassRecord = TypedDict(
    "ClassRecord",
    {
        "class": int,
        "n": int,
        "disagreements": int,
        "rate": float,
        "low": float,
        "high": float,
        "effective_n": float,
    },
)


class Float32Record(TypedDict):
    """A `Float32`."""

    accuracy: float | None
    chance: float | None
    kappa: float | None
    labelled: bool
    classes: int | None
    classes_answered: int | None
    classes_without_inputs: list[int]


class VariantRecord(TypedDict):
    """A variant: its status, the decision and its `Candidate` without the model, all null if it is not applicable."""

    name: str
    status: str
    reason: str | None
    decision: str | None
    reasons: list[str] | None
    cautions: list[str] | None
    inputs_needed: int | None
    seeds: int | None
    clean: SetRateRecord | None
    shifted: RateRecord | None
    worst_shifted: SetRateRecord | None
    worst: SetRateRecord | None
    by_class: list[ClassRecord] | None
    shifted_sets: int | None
    accuracy_change: float | None
    file_bytes: int | None
    size: float | None
    milliseconds: float | None
    speedup: float | None
    quantized_weight_share: float | None
    integer_compute_share: float | None
    may_saturate: bool | None
    saturates_without_vnni: bool | None


class ModelRecord(TypedDict):
    """The decision for a model, and the parts of the policy that it is about."""

    model: str
    dataset: str
    architecture: str
    method: str
    decision: str
    variant: str | None
    accept: float
    on: str
    confidence: float
    reasons: list[str]
    inputs_needed: int | None
    float32: Float32Record | None
    test_inputs: dict[str, str]
    variants: list[VariantRecord]


class PolicyRecord(TypedDict):
    """A `Policy`."""

    accept: float
    on: str
    confidence: float
    gain: str
    min_quantized: float
    every_class: bool
    min_kappa: float


class DecisionRecord(TypedDict):
    """The content of the file."""

    format: int
    policy: PolicyRecord
    counts: dict[str, int]
    models: list[ModelRecord]


MODEL = ("dataset", "architecture", "method")
# The rates of a candidate and their kinds.
RATES: dict[str, type[SetRate] | type[MeanRate]] = {
    "clean": SetRate,
    "shifted": MeanRate,
    "worst_shifted": SetRate,
    "worst": SetRate,
}
# What a decision adds to the measurements of a variant.
DECIDED = ("decision", "reasons", "cautions", "inputs_needed")
# The measurements of a variant, in the order of the file.
MEASURED = [field.name for field in fields(Candidate) if field.name not in (*MODEL, "name", "float32", "test_inputs")]


def model_name(dataset: str, architecture: str, method: str) -> str:
    """Return the name of a model: that of a user's own model, or else the first parts of its id.

    >>> model_name("photos", "net", "given"), model_name("mnist", "lenet5", "qat")
    ('net', 'mnist/lenet5/qat')
    """
    return architecture if method == GIVEN else f"{dataset}/{architecture}/{method}"


def record(entries: Sequence[Entry], policy: Policy) -> dict[str, Any]:
    """Return the content of the file.

    Args:
        entries: the measurements, and the variants whose presets the models cannot take, in the file's order of models
            and variants.
        policy: the requirements.
    """
    models = []
    for decision in decide(entries, policy):
        names = (decision.dataset, decision.architecture, decision.method)
        own = [entry for entry in entries if (entry.dataset, entry.architecture, entry.method) == names]
        decided = {variant.name: asdict(variant) for variant in decision.variants}
        measured = next((entry for entry in own if isinstance(entry, Candidate)), None)
        models.append(
            {
                "model": model_name(*names),
                **dict(zip(MODEL, names, strict=True)),
                "decision": decision.decision,
                "variant": decision.variant,
                "accept": policy.accept,
                "on": policy.on,
                "confidence": policy.confidence,
                "reasons": decision.reasons,
                "inputs_needed": decision.inputs_needed,
                "float32": measured and asdict(measured.float32),
                "test_inputs": dict(measured.test_inputs) if measured else {},
                "variants": [_variant(entry, decided.get(entry.name, {})) for entry in own],
            }
        )
    counts = Counter(str(model["decision"]) for model in models)
    return {
        "format": FORMAT,
        "policy": policy_record(policy),
        "counts": {word: counts[word] for word in (SHIP, DO_NOT_SHIP, CANNOT_TELL)},
        "models": models,
    }


def policy_record(policy: Policy) -> dict[str, Any]:
    """Return the policy in the form of the file."""
    return asdict(policy)


def write(path: Path, entries: Sequence[Entry], policy: Policy) -> None:
    """Write the file; see `record`."""
    write_json(path, record(entries, policy), sort_keys=False)


def read(path: Path) -> tuple[list[Entry], Policy]:
    """Return the entries (see `record`) and the policy in a file, after checking that its decisions follow from them.

    Raises:
        QuantshiftError: the file is missing or damaged, or its decisions do not follow from its measurements.
    """
    entries, policy, consistent = _read(path)
    if not consistent:
        raise damaged(path, NAME, ValueError("its decisions do not follow from its figures"))
    return entries, policy


def read_measurements(path: Path) -> tuple[list[Entry], Policy]:
    """Return the entries and the policy in a file of an earlier run, whose decisions may follow from other rules.

    Raises:
        QuantshiftError: the file is missing or damaged, or has another format.
    """
    content = read_json(path)
    if isinstance(content, dict) and "models" in content and content.get("format") != FORMAT:
        raise QuantshiftError(f"{path} was written by another version of quantshift: create the baseline again")
    entries, policy, _ = _read(path)
    return entries, policy


def _read(path: Path) -> tuple[list[Entry], Policy, bool]:
    """Return the entries, the policy, and whether the decisions in the file follow from them."""
    content = read_as(path, DecisionRecord, NAME)
    try:
        policy = Policy(**content["policy"])
        entries = [_entry(model, variant) for model in content["models"] for variant in model["variants"]]
        if policy.on not in TEST_SETS:
            raise ValueError(f"its policy names the test sets {policy.on!r}")
        consistent = record(entries, policy) == content
    # Raised for an unknown name, an unknown key, a missing value and a file size of 0.
    except (KeyError, TypeError, ValueError, ZeroDivisionError, AttributeError) as error:
        raise damaged(path, NAME, error) from error
    return entries, policy, consistent


def _variant(entry: Entry, decided: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(entry, NotApplicable):
        status: dict[str, Any] = {"name": entry.name, "status": NOT_APPLICABLE, "reason": entry.reason}
        return status | dict.fromkeys([*DECIDED, *MEASURED])
    facts = asdict(entry)
    measured = {name: facts[name] for name in MEASURED}
    measured["by_class"] = [_with_class(rate) for rate in facts["by_class"]]
    status = {"name": entry.name, "status": APPLICABLE, "reason": None}
    return status | {name: decided[name] for name in DECIDED} | measured


def _entry(model: ModelRecord, variant: VariantRecord) -> Entry:
    names = (model["dataset"], model["architecture"], model["method"])
    if variant["status"] == NOT_APPLICABLE:
        return NotApplicable(*names, variant["name"], _present(variant["reason"]))
    facts: Mapping[str, Any] = variant
    values = {name: facts[name] for name in MEASURED}
    for name, kind in RATES.items():
        rate = values[name]
        values[name] = None if rate is None else kind(**rate | {"limiting": Limiting(**rate["limiting"])})
    values["by_class"] = tuple(_class_rate(rate) for rate in values["by_class"])
    float32 = Float32(**_present(model["float32"]))
    dataset, architecture, method = names
    return Candidate(
        dataset=dataset,
        architecture=architecture,
        method=method,
        name=variant["name"],
        float32=float32,
        test_inputs=model["test_inputs"],
        **values,
    )


def _with_class(rate: Mapping[str, Any]) -> dict[str, Any]:
    return {"class" if name == "number" else name: value for name, value in rate.items()}


def _class_rate(record: Mapping[str, Any]) -> ClassRate:
    return ClassRate(**{"number" if name == "class" else name: value for name, value in record.items()})


def _present(value: Any) -> Any:
    """Return a value that may not be null.

    Raises:
        TypeError: it is.
    """
    if value is None:
        raise TypeError("a value is null")
    return value
