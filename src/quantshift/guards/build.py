"""Build the guard of a model: for one variant, or for the variant that promises the most speed."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import onnx
from onnx import ModelProto, helper

from quantshift.core.errors import Message, QuantshiftError
from quantshift.core.names import FLOAT32
from quantshift.decision.numbers import fixed, percent
from quantshift.guards.detectors import DETECTORS, flagged, margins
from quantshift.guards.graph import UnguardableError, guarded
from quantshift.guards.measure import Expected, Measured, measure
from quantshift.guards.own_outputs import restore
from quantshift.guards.parts import Part, divide
from quantshift.guards.promise import outcomes
from quantshift.guards.record import Guard, Promise, Rejected
from quantshift.guards.run import Inspection, Run
from quantshift.guards.source import source_of
from quantshift.guards.threshold import Chosen, candidates, choose
from quantshift.models.given.file_size import file_bytes
from quantshift.models.given.graphs import nodes
from quantshift.runtime.session import verify

METADATA = "quantshift_guard"
# A variant is not tried if its expected speed is below this part of the least one: a measurement may differ by less.
TOLERANCE = 0.8
# What to do about a guard that is too slow.
FASTER = "accept more (--accept), so that float32 answers fewer rows, or a lower speed (--speedup)"
# Start of the names of operators that choose a range for each call.
DYNAMIC = "DynamicQuantize"
Progress = Callable[[str], None]


def build(run: Run, variant: str | None, wanted: Promise, progress: Progress) -> tuple[Guard | None, list[Rejected]]:
    """Return the guard of a model, and the variants that were tried before and have none.

    Without a variant, the part of the data that gives the candidate thresholds also gives the order in which variants
    are tried: by the speed that is expected there. The promise of the first one is checked. The next one is tried only
    if the guarded model is too slow: to try others because a check failed would need a higher confidence for each.

    Args:
        run: the model.
        variant: the variant to guard, or None.
        wanted: what the guard must do.
        progress: gets a line about each step.

    Raises:
        QuantshiftError: there is no such variant, or a file is missing or damaged.
    """
    inspections = run.inspections()
    if variant is not None and variant not in inspections and run.is_earlier(variant):
        raise QuantshiftError(
            f"the variant {variant!r} of {run.model.path} is not part of the last run in {run.folder}, but of an "
            f"earlier one: expected one of {', '.join(inspections)}"
        )
    if variant is not None and variant not in inspections:
        raise QuantshiftError(
            f"{run.model.path} has no applicable variant {variant!r}: expected one of {', '.join(inspections)}"
        )
    output = run.record["output"]
    if output["kind"] not in DETECTORS:
        reason = "the model answers with labels alone, which do not state how close another answer was"
        advice = "check an output with logits, probabilities or a score (quantshift check --output)"
        return None, [Rejected(name, reason, advice) for name in inspections if variant in (None, name)]
    expected: dict[str, float] = {}
    for name in inspections if variant is None else [variant]:
        progress(f"choosing thresholds of {name}")
        choice, _ = divide(run.clean(name), run.validation(name))
        unneeded = not len(choice) or choice.disagrees.mean() <= wanted.accept
        sent = 0.0 if unneeded else candidates(choice, output, wanted.accept).sent
        expected[name] = expected_speed(inspections[name], sent)
    rejected: list[Rejected] = []
    for name in sorted(expected, key=lambda name: -expected[name]):
        if variant is None and expected[name] < TOLERANCE * wanted.speedup:
            rejected.append(Rejected(name, _slow(expected[name], wanted.speedup, "is expected to run"), FASTER))
            continue
        progress(f"checking the promise of {name}")
        choice, check = divide(run.clean(name), run.validation(name))
        chosen = choose(choice, check, output, wanted.accept, wanted.confidence)
        if not isinstance(chosen, Chosen):
            return None, [*rejected, Rejected(name, chosen.reason, chosen.advice, chosen.inputs_needed)]
        progress(f"building and running the guard of {name}")
        guard = _guard(run, name, inspections[name], chosen, wanted)
        if isinstance(guard, Guard):
            return guard, rejected
        rejected.append(guard)
    return None, rejected


def expected_speed(inspection: Inspection, sent: float) -> float:
    """Return the speed of a guard relative to float32, if float32's time is in proportion to the rows.

    >>> expected_speed(Inspection(speedup_over_float32=2.0), 0.3)
    1.25
    """
    return 1 / (1 / (inspection["speedup_over_float32"] or 1.0) + sent)


def _guard(run: Run, variant: str, inspection: Inspection, chosen: Chosen, wanted: Promise) -> Guard | Rejected:
    """Return the guard of a variant if it answers as promised and is fast enough."""
    for name in (variant, FLOAT32):
        verify(run.file(name))
    clean = run.clean(variant)
    try:
        core, final, notes = _models(run, variant, inspection, chosen, wanted)
        measured = _measured(run, core, final, clean, chosen, inspection)
    except UnguardableError as error:
        return Rejected(variant, str(error))
    agreement = measured.agreement
    if agreement.answers_differ:
        return Rejected(
            variant,
            f"with onnxruntime’s default settings, answers to {agreement.answers_differ:,} of {agreement.rows:,} rows "
            "differ from those of the run, which uses other session settings for some presets",
            "guard another variant (--variant)",
        )
    if measured.speedup < wanted.speedup:
        share = f", with {percent(agreement.sent)} % of rows answered by float32"
        return Rejected(variant, _slow(measured.speedup, wanted.speedup, "runs") + share, FASTER)
    _, check = divide(clean, run.validation(variant))
    content = final.SerializeToString()
    return Guard(
        variant=variant,
        chosen=chosen,
        outcomes=outcomes(check, run.shifted(variant), chosen, run.record["output"], wanted.accept, wanted.confidence),
        measured=measured,
        batch_size=run.record["batch"] or inspection["batch_size"] or 1,
        threads=inspection["threads"] or 1,
        sizes={
            "guard": len(content),
            FLOAT32: run.record.get("file_bytes") or file_bytes(run.file(FLOAT32)),
            "variant": inspection["file_bytes"] or file_bytes(run.file(variant)),
        },
        outputs=[item.name for item in final.graph.output],
        notes=notes,
        content=content,
    )


def _models(
    run: Run, variant: str, inspection: Inspection, chosen: Chosen, wanted: Promise
) -> tuple[ModelProto, ModelProto, list[Message]]:
    """Return the guarded model of the prepared copy, that with the user's own outputs, and what a user must mind."""
    quantized = onnx.load(run.file(variant))
    core = guarded(quantized, onnx.load(run.file(FLOAT32)), run.record, chosen.detector, chosen.threshold)
    notes = cautions(quantized, run.record["batch"], inspection)
    source, reasons = source_of(run)
    final, differences = (core, []) if source is None else restore(core, source.model)
    state = {
        "model": run.model.path,
        "variant": variant,
        "detector": chosen.detector,
        "threshold": chosen.threshold,
        "accept": wanted.accept,
        "confidence": wanted.confidence,
    }
    helper.set_model_props(final, {METADATA: json.dumps(state)})
    return core, final, [*notes, *reasons, *differences]


def _measured(
    run: Run, core: ModelProto, final: ModelProto, clean: Part, chosen: Chosen, inspection: Inspection
) -> Measured:
    """Return the answers and the speed of a guarded model on the clean test set."""
    sent = flagged(margins(clean.outputs, run.record["output"], chosen.detector), chosen.threshold)
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "core.onnx", Path(folder) / "final.onnx"
        for file, model in zip(files, (core, final), strict=True):
            file.write_bytes(model.SerializeToString())
        return measure(
            core=files[0],
            file=files[1],
            float32=run.file(FLOAT32),
            expected=Expected(clean.reference, clean.outputs, sent),
            inputs=run.test_inputs(),
            signature=run.record,
            task=run.task,
            size=inspection["batch_size"] or 1,
            threads=inspection["threads"] or 1,
        )


def cautions(quantized: ModelProto, batch: int | None, inspection: Inspection) -> list[Message]:
    """Return what a user of a guarded model must mind."""
    result = []
    if any(node.op_type.startswith(DYNAMIC) for node in nodes(quantized)):
        rows = batch or inspection["batch_size"]
        result.append(
            f"the promise holds only for calls of {rows} row{'' if rows == 1 else 's'}: the ranges of a dynamic preset "
            "depend on all rows of a call"
        )
    if batch is not None and batch > 1:
        result.append(f"a call takes exactly {batch} rows, so float32 computes all of them if it answers one")
    if inspection["saturates_without_vnni"]:
        result.append("the promise does not cover CPUs without VNNI: sums overflow there, so answers differ")
    return result


def _slow(speed: float, least: float, verb: str) -> Message:
    return f"the guarded model {verb} at {fixed(speed, 2)} × float32’s speed ({fixed(least, 2)} × needed)"
