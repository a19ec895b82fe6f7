"""Two inputs per sample, numbers of words and a mask, from a data set's reader to the comparison of two models."""

import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.unit.runtime.test_network import masked_sum, signature

from quantshift.analysis.comparison import comparison
from quantshift.configuration.fit import mixed_input_files
from quantshift.core import members
from quantshift.core.model_id import ModelId
from quantshift.core.test_set import CLEAN, TestSet
from quantshift.data import stored_splits, test_sets, truth
from quantshift.data.modalities import DataSet
from quantshift.data.named import Named
from quantshift.data.stored_inputs import read_inputs
from quantshift.data.windows import window
from quantshift.runtime.evaluate import evaluate
from quantshift.storage.checksums import ONNX
from quantshift.storage.records import write_record
from quantshift.tables import table

FILES = {
    "data/modalities/masked.py": """
        import numpy as np

        from quantshift.data.labelled import read_truth
        from quantshift.data.named import Named
        from quantshift.data.stored import Stored
        from quantshift.data.stored_inputs import read_inputs

        INPUTS = "inputs.npz"
        NAMES = ("input_ids", "mask")
        NATURAL_ORDER = 1

        def fault(inputs, shape):
            return None if isinstance(inputs, Named) and set(inputs.arrays) == set(NAMES) else "other inputs"

        def split(inputs, dataset):
            return {name: Stored.of(part) for name, part in inputs.items()}, []

        def read(clean):
            inputs = Named(read_inputs(clean / INPUTS, NAMES))
            return inputs, *read_truth(clean, count=len(inputs))

        def shifted(inputs, index, change, dataset):
            return Stored.of(change(inputs[index]))

        def encoded(inputs, dataset):
            return Stored.of(inputs)
        """,
    "datasets/pairs.py": """
        import numpy as np

        from quantshift.core.dataset_facts import facts_of
        from quantshift.data.named import Named
        from quantshift.data.splits import Raw

        FACTS = facts_of("pairs")

        def read(folder):
            random = np.random.default_rng(0)
            parts = []
            for count in (FACTS.training_count, FACTS.test_count):
                words = random.integers(0, 50, (count, 6))
                # The first word of an input is its number.
                words[:, 0] = np.arange(count) % 50
                parts += [Named({"input_ids": words, "mask": (words % 3 > 0).astype(np.uint8)})]
                parts += [words[:, 0] % FACTS.classes]
            return Raw(*parts)
        """,
    "datasets/pairs.toml": """
        artifact = "pairs"
        modality = "masked"
        shape = [6]
        classes = 3
        counts = {training = 120, test = 90}
        """,
    "shifts/words/masked_out.py": """
        from quantshift.data.named import Named

        def apply(inputs, severity, generator):
            mask = inputs.arrays["mask"].copy()
            mask[:, -severity:] = 0
            return Named({**inputs.arrays, "mask": mask})
        """,
    "shifts/words/others.py": """
        import numpy as np

        from quantshift.data.named import Named

        def load():
            words = np.arange(240).reshape(40, 6) % 50
            return Named({"input_ids": words, "mask": np.ones((40, 6), np.uint8)}), words[:, 0] % 3
        """,
}
NAMES = ("input_ids", "mask")
MASKED, OTHERS = TestSet("words", "masked_out", 2), TestSet("words", "others", 0)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataSet:
    """Write a user's folder with the members, and use them to create the data set and its test sets."""
    for name, content in FILES.items():
        (tmp_path / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "own" / name).write_text(textwrap.dedent(content), encoding="utf-8")
    monkeypatch.setenv(members.VARIABLE, str(tmp_path / "own"))
    dataset = DataSet("pairs", "masked", (6,), {}, tmp_path / "datasets/pairs")
    sizes = {"validation": 20, "calibration": 10, "train_limit": None, "test_limit": 80}
    stored_splits.make(dataset, tmp_path, sizes)
    names = {"collection": "words", "suite": "words", "shift": "masked_out", "severity": 2}
    test_sets.synthetic(dataset, **names, limit=30, artifact=None, target=tmp_path / MASKED.path)
    test_sets.natural(
        dataset, collection="words", shift="others", limit=12, artifact=None, target=tmp_path / OTHERS.path
    )
    return dataset


def inputs(folder: Path) -> dict[str, NDArray[Any]]:
    return read_inputs(folder / "inputs.npz", NAMES)


def test_rows_of_all_inputs_stay_together(data: DataSet, tmp_path: Path) -> None:
    for name, count in {"train": 90, "validation": 20, "calibration": 10, "test": 80}.items():
        arrays, labels = inputs(data.folder / name), np.load(data.folder / name / "labels.npy")
        assert {array.shape for array in arrays.values()} == {(count, 6)}
        np.testing.assert_array_equal(arrays["mask"], arrays["input_ids"] % 3 > 0)
        np.testing.assert_array_equal(labels, arrays["input_ids"][:, 0] % 3)
    clean, shifted = inputs(data.folder / "test"), inputs(tmp_path / MASKED.path)
    index = window("pairs", "words", "masked_out", np.load(data.folder / "test/sources.npy"), 30)
    np.testing.assert_array_equal(shifted["input_ids"], clean["input_ids"][index])
    np.testing.assert_array_equal(shifted["mask"][:, :-2], clean["mask"][index, :-2])
    assert not shifted["mask"][:, -2:].any()
    natural = inputs(tmp_path / OTHERS.path)
    assert {array.shape for array in natural.values()} == {(12, 6)}
    assert (np.load(tmp_path / OTHERS.path / "sources.npy") < 0).all()


def test_two_models_of_two_inputs_are_compared(data: DataSet, tmp_path: Path) -> None:
    record = {**signature(), "id": "", "origin": "given", "facets": {}}
    write_record(tmp_path / "model.json", record)
    folders = {CLEAN: data.folder / "test", MASKED: tmp_path / MASKED.path, OTHERS: tmp_path / OTHERS.path}
    suites = {"clean": [CLEAN], "words": [MASKED, OTHERS]}
    truth.gather(folders, tmp_path / "truth.npz", 3)
    for variant, factor in {"float32": 1.0, "rounded": 4.0}.items():
        model = masked_sum(tmp_path / f"{variant}.onnx", rounded=None if variant == "float32" else factor)
        ONNX.append(model, model)
        for suite, sets in suites.items():
            evaluate(
                model=model,
                record=tmp_path / "model.json",
                test_sets={test_set.key: folders[test_set] / "inputs.npz" for test_set in sets},
                batch_size=16,
                threads=1,
                entries={},
                logits=tmp_path / "logits" / variant / f"{suite}.npz",
            )
    comparison(
        cell=ModelId("pairs", "masked", "given", 0).cell("rounded"),
        reference={suite: tmp_path / f"logits/float32/{suite}.npz" for suite in suites},
        variant={suite: tmp_path / f"logits/rounded/{suite}.npz" for suite in suites},
        truth_file=tmp_path / "truth.npz",
    ).write(
        table=tmp_path / "rows.csv",
        masks=tmp_path / "masks.npz",
        inputs=tmp_path / "disagreements.csv",
        weakest=tmp_path / "weakest.json",
    )
    lines = (tmp_path / "rows.csv").read_text().splitlines()
    assert len(lines) == 4
    rows = table.read("disagreements", tmp_path / "disagreements.csv")
    assert 0 < len(rows) < 80
    for row in rows.to_dict("records"):
        folder = folders[TestSet(row["suite"], row["shift"], row["severity"])]
        assert row["label"] == inputs(folder)["input_ids"][row["input"], 0] % 3


def test_arrays_of_other_lengths_are_rejected() -> None:
    with pytest.raises(ValueError, match="different numbers of samples: a 3, b 2"):
        Named({"a": np.zeros(3), "b": np.zeros(2)})
    with pytest.raises(ValueError, match="no inputs"):
        Named({})


def test_a_study_has_one_kind_of_files(data: DataSet) -> None:
    (line,) = mixed_input_files(["mnist", "pairs"])
    assert "mnist in inputs.npy and pairs in inputs.npz" in line
    assert not [*mixed_input_files(["mnist", "imdb"])]
