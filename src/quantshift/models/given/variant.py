"""A quantized file that a user brings (`--variant NAME=FILE`), to be compared with the prepared float32 model."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from numpy.typing import NDArray
from onnx import ModelProto
from onnxruntime import NodeArg

from quantshift.core.errors import QuantshiftError
from quantshift.core.signature import BY_CLASS, Output, Signature
from quantshift.models.given.constants import freeze, remove_from_inputs
from quantshift.models.given.ending import inlined, require_same_ending
from quantshift.models.given.graphs import replace
from quantshift.models.given.maps import number_labels, unzip
from quantshift.models.given.names import name_nodes
from quantshift.models.given.only_answer import only_answer
from quantshift.models.given.read import Source, open_session
from quantshift.models.given.shapes import DTYPES
from quantshift.models.given.variant_inputs import adapt_inputs, rename_value
from quantshift.runtime.network import fixed_batch
from quantshift.storage.checksums import ONNX_KEY


class Variant(NamedTuple):
    """A user's variant.

    Attributes:
        model: a copy with the inputs and the answer of the float32 model.
        notes: what was assumed or changed, a sentence each.
    """

    model: ModelProto
    notes: list[str]


def prepare_variant(
    source: Source, signature: Signature, file: Path, constants: Mapping[str, NDArray[Any]] | None = None
) -> Variant:
    """Return a copy of a user's variant with the inputs and the answer of the float32 model; all else stays.

    Args:
        source: the variant's file.
        signature: the inputs and the output of the float32 model.
        file: the user's float32 file.
        constants: inputs that are not split by sample, with the whole value that each call gets.

    Raises:
        QuantshiftError: the variant has other inputs, or no such answer.
    """
    model = ModelProto()
    model.CopyFrom(source.model)
    model = inlined(model)
    _remove_checksum(model)
    labels = {**number_labels(model), **unzip(model)}
    freeze(model, constants or {})
    remove_from_inputs(model)
    notes = adapt_inputs(model, source.file, signature["inputs"], file)
    notes += _name_answer(model, source.file, signature["output"], file)
    output = signature["output"]
    _require_labels(labels.get(output["name"], []), output, source.file, file)
    name_nodes(model)
    session = open_session(model, source.file)
    batch = _batch(session.get_inputs(), source.file)
    if batch not in (None, signature["batch"]):
        notes.append(
            f"it takes {batch} sample{'' if batch == 1 else 's'} per call and the float32 model "
            f"{signature['batch'] or 'any number'}; each is run with its own batch"
        )
    item = next(item for item in session.get_outputs() if item.name == output["name"])
    axes = [axis if isinstance(axis, int) else None for axis in item.shape or ()]
    rank = len(axes) or (2 if output["kind"] in BY_CLASS else 1)
    if output["kind"] in BY_CLASS and _count(axes[1:]) not in (None, output["classes"]):
        raise QuantshiftError(
            f"{source.file} answers with {_count(axes[1:])} numbers per sample, but the float32 model {file} "
            f"answers with {output['classes']}: give a variant of this model"
        )
    return Variant(only_answer(model, output, batch or signature["batch"], DTYPES.get(item.type, ""), rank), notes)


def _name_answer(model: ModelProto, file: Path, output: Output, float32: Path) -> list[str]:
    """Give the answer the name that it has in the float32 model, and return a sentence if it had another one.

    Raises:
        QuantshiftError: the variant has several outputs and none of this name, or another ending.
    """
    names, wanted = [item.name for item in model.graph.output], output["name"]
    notes = []
    if wanted not in names:
        if len(names) > 1:
            raise QuantshiftError(
                f"{file} has the outputs {', '.join(names)}, but the float32 model {float32} answers with {wanted}: "
                "give a variant whose output has this name"
            )
        rename_value(model, names[0], wanted)
        notes.append(f"its only output {names[0]} is compared with {wanted}")
    # Other outputs are not needed, and one of an unusual type would fail.
    replace(model.graph.output, [item for item in model.graph.output if item.name == wanted])
    require_same_ending(model, file, output, float32)
    return notes


def _require_labels(labels: Sequence[str | int], output: Output, file: Path, float32: Path) -> None:
    """Check that the variant's classes have the order of the float32 model's, where both state them.

    Raises:
        QuantshiftError: they have another order.
    """
    expected = output.get("labels", [])
    if labels and expected and [str(label) for label in labels] != expected:
        raise QuantshiftError(
            f"{file} has the classes {', '.join(map(str, labels[:5]))}, but the float32 model {float32} "
            f"{', '.join(expected[:5])} in this order: give a variant of this model"
        )


def _batch(inputs: Sequence[NodeArg], file: Path) -> int | None:
    """Return the number of samples per call that a variant's file states; None for any number.

    Raises:
        QuantshiftError: its inputs state different numbers.
    """
    fixed = {item.name: item.shape[0] for item in inputs if item.shape and isinstance(item.shape[0], int)}
    if len(set(fixed.values())) > 1:
        stated = ", ".join(f"{name} {count}" for name, count in fixed.items())
        raise QuantshiftError(
            f"{file}: the first axes of its inputs differ ({stated}), expected the number of samples in each: export "
            "it with one batch axis for all inputs"
        )
    return fixed_batch(inputs)


def _count(axes: Sequence[int | None]) -> int | None:
    """Return the number of values of one sample, or None if it is not known."""
    count = 1
    for axis in axes:
        if axis is None:
            return None
        count *= axis
    return count if axes else None


def _remove_checksum(model: ModelProto) -> None:
    """Remove the checksum of a file that another run has written."""
    replace(model.metadata_props, [entry for entry in model.metadata_props if entry.key != ONNX_KEY])
