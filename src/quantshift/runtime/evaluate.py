"""Logits of one variant on all test sets of one suite (rule `evaluate`)."""

from collections.abc import Mapping
from pathlib import Path
from typing import NotRequired

import numpy as np
from numpy.typing import NDArray

from quantshift.core.names import FLOAT32, GIVEN
from quantshift.core.signature import MODEL_RECORD, Signature
from quantshift.core.test_set import TestSet
from quantshift.data.places import Place
from quantshift.data.stored_inputs import read_inputs
from quantshift.runtime import own_data
from quantshift.runtime.network import Network
from quantshift.runtime.session import verify
from quantshift.storage import archives, not_applicable
from quantshift.storage.records import read_record


class Described(Signature):
    """The parts of a model's record that are used here; `origin` is where the model comes from."""

    origin: NotRequired[str]


def evaluate(
    *,
    model: Path,
    record: Path,
    test_sets: dict[str, Path],
    batch_size: int,
    threads: int,
    entries: Mapping[str, str],
    logits: Path,
) -> None:
    """Run a model over a suite and write its logits.

    A variant whose preset the model cannot take (see `storage.not_applicable`) gets an archive without arrays. For a
    user's own model and data, a sample for which float32 has no finite answer is a mistake in the data.

    Args:
        model: the variant's file.
        record: the record of the model (JSON).
        test_sets: the file of stored inputs of each test set, by its key ``{shift}/{severity}``.
        batch_size: samples per run; it belongs to the variant, since it changes dynamic quantization.
        threads: threads of onnxruntime; it belongs to the variant for the same reason.
        entries: entries of onnxruntime's session config that the variant's scheme needs.
        logits: the uncompressed .npz to write, named after the suite: float32 [n, ...] by key, such as [n, classes].

    Raises:
        InputError: a sample of the user's own data has no answer.
        QuantshiftError: a file is damaged, or the inputs do not fit the model.
    """
    if reason := not_applicable.reason(model):
        print(f"not applicable, so there are no logits: {reason}", flush=True)
        archives.store(logits, ())
        return
    verify(model)
    described = read_record(record, Described, MODEL_RECORD)
    network = Network(model, described, threads, entries)

    def predict(key: str, path: Path) -> NDArray[np.float32]:
        inputs = read_inputs(path, network.names)
        network.expect(inputs, path)
        if described.get("origin") != GIVEN:
            return network.predict(inputs, batch_size)
        place = Place.of(TestSet.parse(f"{logits.stem}/{key}"), path)
        outputs = own_data.predict(network, inputs, batch_size, place, model.stem)
        if model.stem == FLOAT32:
            own_data.require_finite(outputs, inputs, place)
        return outputs

    # Predict one test set at a time, so that memory does not grow with their number.
    archives.store(logits, ((key, predict(key, path)) for key, path in test_sets.items()))
