"""Describe a prepared model: its signature, and in words what was understood."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from numpy.typing import NDArray
from onnx import ModelProto

from quantshift.core.signature import SCORE, Input, Output, Signature
from quantshift.models.given.answers import choose
from quantshift.models.given.candidates import Candidate, candidates
from quantshift.models.given.choices import UNSTATED, Choices
from quantshift.models.given.graphs import opset
from quantshift.models.given.only_answer import only_answer
from quantshift.models.given.prepare import Prepared
from quantshift.models.given.shapes import Shapes, shapes_of

# Labels that are shown in a message.
SHOWN_LABELS = 5


class Understood(TypedDict):
    """What was understood about a model, for the terminal and the page.

    Attributes:
        inputs: each input with its type and shape.
        output: the output with the answers, with its type and shape.
        answers: what the answers are, and why.
        classes: number of classes, and their names.
        batch: samples per call.
        opset: version of ONNX's operators in the prepared model.
        changes: what was changed in the prepared copy.
    """

    inputs: list[str]
    output: str
    answers: str
    classes: str
    batch: str
    opset: int
    changes: list[str]


@dataclass(frozen=True)
class Described:
    """A prepared model with its description.

    Attributes:
        prepared: the prepared model with all outputs.
        model: the prepared model with the answer alone, which the workflow runs and quantizes.
        signature: its inputs and output.
        understood: the description in words.
    """

    prepared: Prepared
    model: ModelProto
    signature: Signature
    understood: Understood


def describe(
    prepared: Prepared, choices: Choices = UNSTATED, sample: Mapping[str, NDArray[Any]] | None = None
) -> Described:
    """Describe a prepared model.

    Args:
        prepared: the model.
        choices: what the user states about the answers.
        sample: a few real inputs [n, ...] by name, of the model's types; without them, plain numbers are tried.

    Raises:
        QuantshiftError: the model is no classifier, its answer is not clear, or the statements do not fit.
    """
    shapes = shapes_of(prepared, sample)
    chosen, threshold = choose(candidates(prepared, shapes), choices, prepared.file)
    item = chosen.item
    output = Output(name=item.name, kind=chosen.kind, classes=chosen.classes)
    if threshold is not None:
        output["threshold"] = threshold
    # A classifier from scikit-learn states its labels with another output.
    known = [prepared.labels.get(item.name, []), *prepared.labels.values()]
    if labels := next((names for names in known if names and len(names) == chosen.classes), None):
        output["labels"] = [str(label) for label in labels]
    signature = Signature(inputs=shapes.inputs, output=output, batch=shapes.batch)
    model = only_answer(prepared.model, output, shapes.batch, item.dtype, len(item.shape) + 1)
    return Described(prepared, model, signature, _in_words(prepared, shapes, chosen, output))


def _in_words(prepared: Prepared, shapes: Shapes, chosen: Candidate, output: Output) -> Understood:
    kind = f"score with threshold {output['threshold']:g}" if output["kind"] == SCORE else output["kind"]
    names = output.get("labels", [])
    listed = ", ".join(names[:SHOWN_LABELS]) + (", ..." if len(names) > SHOWN_LABELS else "")
    count = str(output["classes"]) if output["classes"] else "unknown number"
    if shapes.batch is None:
        batch = "any number of samples per call"
    else:
        reason = "the file fixes it" if shapes.batch_stated else "the graph fails for more"
        batch = f"{shapes.batch} sample{'' if shapes.batch == 1 else 's'} per call, as {reason}"
    return Understood(
        inputs=[_shown(spec) for spec in shapes.inputs],
        output=chosen.shown,
        answers=f"{kind}: {chosen.reason}",
        classes=f"{count}: {listed}" if listed else count,
        batch=batch,
        opset=opset(prepared.model),
        changes=prepared.changes,
    )


def _shown(spec: Input) -> str:
    axes = ", ".join(["n", *("any" if length is None else str(length) for length in spec["shape"])])
    return f"{spec['name']} {spec['dtype']} [{axes}]"
