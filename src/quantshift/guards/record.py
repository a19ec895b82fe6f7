"""The record of a guard: what was promised, how it was checked, and what was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from quantshift.core.errors import Message
from quantshift.guards.measure import Measured
from quantshift.guards.promise import Outcome
from quantshift.guards.threshold import Chosen

WRITTEN = "written"
NO_GUARD = "no guard"
CANNOT_TELL = "cannot tell"


@dataclass(frozen=True)
class Promise:
    """What a guard must do.

    Attributes:
        accept: share of its answers that may differ from float32's, in 0..1.
        confidence: confidence of this, in 0..1.
        speedup: least speed relative to float32.
    """

    accept: float
    confidence: float
    speedup: float


@dataclass(frozen=True)
class Guard:
    """A guard of one variant that works.

    Attributes:
        variant: the quantized variant.
        chosen: the threshold and its check.
        outcomes: on each test set, the part that checked the guard first.
        measured: as it was run.
        batch_size: rows per call.
        threads: threads of onnxruntime.
        sizes: bytes of the guarded file, of float32 and of the variant, by name; those of the user's own files.
        outputs: names of the guarded file's outputs; the last one is the mask.
        notes: what differs from the user's own file.
        content: the ONNX file.
    """

    variant: str
    chosen: Chosen
    outcomes: Sequence[Outcome]
    measured: Measured
    batch_size: int
    threads: int
    sizes: Mapping[str, int]
    outputs: Sequence[str]
    notes: Sequence[Message]
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Rejected:
    """A variant without a guard that works.

    Attributes:
        variant: the quantized variant.
        reason: why.
        advice: what to do; empty if the reason states it.
        inputs_needed: number of independent inputs that the check needs, if it had too few.
    """

    variant: str
    reason: Message
    advice: Message = ""
    inputs_needed: int | None = None


def record(
    model: str, kind: str, guard: Guard | None, rejected: Sequence[Rejected], wanted: Promise, file: str
) -> dict[str, Any]:
    """Return the record in the form of JSON.

    Args:
        model: the model's id.
        kind: kind of its output.
        guard: the guard that works, or None.
        rejected: the variants without one.
        wanted: what was promised.
        file: name of the guarded file.
    """
    needed = [item.inputs_needed for item in rejected if item.inputs_needed is not None]
    result: dict[str, Any] = {
        "model": model,
        "kind": kind,
        "outcome": WRITTEN if guard else CANNOT_TELL if needed else NO_GUARD,
        "variant": guard.variant if guard else None,
        "accept": wanted.accept,
        "confidence": wanted.confidence,
        "inputs_needed": max(needed) if needed and not guard else None,
        "rejected": [{"variant": item.variant, "reason": item.reason, "advice": item.advice} for item in rejected],
    }
    if guard is None:
        return result
    chosen = asdict(guard.chosen)
    check = {
        "n": chosen["check_inputs"],
        "sources": chosen["check_sources"],
        **chosen["check"],
        "disagreements": round(guard.chosen.check.rate * guard.chosen.check_inputs),
        "thresholds_tested": chosen["tested"],
    }
    return result | {
        "file": file,
        "outputs": list(guard.outputs),
        "notes": list(guard.notes),
        "detector": chosen["detector"],
        "threshold": chosen["threshold"],
        "choice_inputs": chosen["choice_inputs"],
        "check": check,
        "sent": chosen["sent"],
        "batch_size": guard.batch_size,
        "threads": guard.threads,
        "speedup_over_float32": guard.measured.speedup,
        "timed_rows": guard.measured.timed_rows,
        "run_rows": asdict(guard.measured.agreement),
        "bytes": dict(guard.sizes),
        "test_sets": [dict(item) for item in guard.outcomes],
    }
