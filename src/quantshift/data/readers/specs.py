"""Describe how a user's data become the inputs of a model, for `model.json`."""

from collections.abc import Sequence

from quantshift.core.signature import Input
from quantshift.data.readers.expected import ModelInput
from quantshift.data.readers.given import GivenInputs


def describe(given: GivenInputs, inputs: Sequence[ModelInput]) -> list[Input]:
    """Return the records of the inputs that are split by sample, in the model's order.

    Args:
        given: data that was read for this model.
        inputs: the model's inputs.
    """
    return [
        Input(
            name=spec.name,
            stored=given.inputs[spec.name].dtype.name,
            dtype=spec.dtype,
            shape=list(spec.shape),
            preprocessing=given.preprocessing.get(spec.name),
        )
        for spec in inputs
        if spec.name in given.inputs
    ]
