"""Real retraining of small networks on small digits, with planted disagreements."""

import json
import shutil

import numpy as np
import pytest
import torch
from tests.answers import IMAGES, TEXTS
from tests.outcomes import outcome_in

from quantshift.core.errors import QuantshiftError
from quantshift.data.retraining_split import parts
from quantshift.models.network import build
from quantshift.models.tensors import on_cpu
from quantshift.models.weights import restore
from quantshift.storage import archives
from quantshift.storage.arrays import write_array
from quantshift.storage.files import read_json
from quantshift.training.adam import Adam
from quantshift.training.extended_inputs import ExtendedInputs
from quantshift.training.method import ActivationRange
from quantshift.training.methods.qat import QuantizationAware
from quantshift.training.retrain import disagreement_mask, draw_evenly, retrain
from quantshift.training.train import Run, train

COMMON = {"epochs": 2, "batch_size": 64, "learning_rate": 0.003, "schedule": "constant", "threads": 1}
SETTINGS = {"standard": COMMON, "qat": {**COMMON, "range_momentum": 0.1}}
UNSEEN = 9  # the class that is missing from the training inputs


@pytest.fixture(scope="module")
def folder(splits, tmp_path_factory):
    """Splits with the last class only in validation and test, and a trained model with its record for each method."""
    folder = tmp_path_factory.mktemp("unseen")
    inputs, labels = splits["train"]
    seen = labels != UNSEEN
    parts = {
        "train": (inputs[:900][seen[:900]], labels[:900][seen[:900]]),
        "validation": splits["validation"],
        "test": (inputs[900:], labels[900:]),
    }
    for name, (split_inputs, split_labels) in parts.items():
        write_array(folder / "data" / name / "inputs.npy", split_inputs)
        write_array(folder / "data" / name / "labels.npy", split_labels)
    write_array(folder / "data/test/sources.npy", np.arange(5000, 5000 + len(parts["test"][1])))
    for method, settings in SETTINGS.items():
        train(
            dataset="mnist",
            architecture="lenet1",
            method=method,
            seed=0,
            options={},
            settings=settings,
            feeding=IMAGES,
            device="cpu",
            precision="float32",
            data=folder / "data",
            start=None,
            outcome=outcome_in(folder / method),
            report=lambda line: None,
        )
    return folder


@pytest.fixture
def labels(splits):
    return splits["train"][1][900:]


@pytest.fixture
def again(folder, labels, tmp_path):
    """A function that retrains with disagreements on the masked test inputs."""

    def run(mask, name="one", protocol="published", method="standard", data=folder / "data", **changes):
        agreed = np.zeros((len(labels), 10))
        agreed[:, 0] = 1
        # Two variants with half of the disagreements each: their union is used.
        halves = [mask & (np.arange(len(mask)) % 2 == rest) for rest in (0, 1)]
        for variant, half in {"float32": mask & False, "one": halves[0], "two": halves[1]}.items():
            logits = agreed.copy()
            logits[half, 1] = 2
            archives.write(tmp_path / name / f"{variant}.npz", {"none/0": logits})
        lines = []
        retrain(
            Run("mnist", "lenet1", method, 0, protocol),
            options={},
            settings={**SETTINGS[method], **changes},
            feeding=IMAGES,
            device="cpu",
            precision="float32",
            data=data,
            base_weights=folder / method / "weights.npz",
            base_record=folder / method / "training.json",
            float32=tmp_path / name / "float32.npz",
            quantized=[tmp_path / name / f"{variant}.npz" for variant in ("one", "two")],
            outcome=outcome_in(tmp_path / name),
            report=lines.append,
        )
        record = json.loads((tmp_path / name / "training.json").read_text(encoding="utf-8"))
        return archives.read_all(tmp_path / name / "weights.npz"), record, lines

    return run


def same(first, second):
    return all(np.array_equal(first[key], second[key]) for key in first)


def predicted_unseen(weights, splits):
    """Return the number of validation inputs that a network assigns to the class missing from training."""
    net = build("lenet1", "mnist", ("any",), {})
    net.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    with torch.no_grad():
        return int((net(on_cpu(IMAGES)(splits["validation"][0])).argmax(dim=1) == UNSEEN).sum())


def test_disagreements_are_added_with_their_true_labels(again, labels, splits):
    unseen = labels == UNSEEN
    with_them, record, lines = again(unseen, epochs=6)
    without, empty, _ = again(unseen & False, name="two", epochs=6)
    assert record["added"] == (5000 + np.flatnonzero(unseen)).tolist()
    assert lines[0] == f"{unseen.sum()} disagreements are added to the training inputs"
    assert empty["added"] == []
    assert predicted_unseen(without, splits) == 0
    assert predicted_unseen(with_them, splits) > 0.5 * (splits["validation"][1] == UNSEEN).sum()


def test_retraining_continues_from_the_trained_weights(again, labels, folder):
    started, _, _ = again(labels == UNSEEN, learning_rate=1e-12, epochs=1)
    trained = archives.read_all(folder / "standard/weights.npz")
    assert all(np.allclose(started[key], trained[key], atol=1e-6) for key in trained)


@pytest.mark.parametrize("method", SETTINGS)
def test_retraining_is_reproducible_and_depends_on_the_protocol(again, labels, method):
    mask = labels < 3
    first, second, other = (
        again(mask, name=name, protocol=protocol, method=method, epochs=1)[0]
        for name, protocol in (("one", "held_out"), ("two", "held_out"), ("three", "published"))
    )
    assert same(first, second)
    assert not same(first, other)


def test_held_out_never_trains_on_what_it_counts(again, labels, folder, tmp_path):
    sources = 5000 + np.arange(len(labels))
    halves = parts("held_out", "mnist", sources)
    everything = labels >= 0
    plain, record, _ = again(everything, protocol="held_out", epochs=1)
    assert record["added"] == sources[halves.searched].tolist()
    assert not set(record["added"]) & set(sources[halves.counted])
    weights = {"plain": plain}
    for name, half in (("searched", halves.searched), ("counted", halves.counted)):
        shutil.copytree(folder / "data", tmp_path / name / "data")
        inputs = np.load(folder / "data/test/inputs.npy")
        inputs[half] = 255 - inputs[half]
        write_array(tmp_path / name / "data/test/inputs.npy", inputs)
        write_array(tmp_path / name / "data/test/labels.npy", np.where(half, 0, labels))
        data = tmp_path / name / "data"
        weights[name], _, _ = again(everything, name=name, protocol="held_out", data=data, epochs=1)
    assert same(weights["counted"], plain)
    assert not same(weights["searched"], plain)


def test_the_control_runs_as_many_steps_on_training_inputs_only(again, labels, folder, tmp_path, monkeypatch):
    sources = 5000 + np.arange(len(labels))
    halves = parts("held_out", "mnist", sources)
    everything, steps, step = labels >= 0, {"held_out": [], "control": []}, Adam.step
    weights, records = {}, {}
    for protocol, rates in steps.items():
        monkeypatch.setattr(Adam, "step", lambda self, rate, rates=rates: (rates.append(rate), step(self, rate)))
        weights[protocol], records[protocol], lines = again(everything, name=protocol, protocol=protocol, epochs=2)
    assert steps["control"] == steps["held_out"]
    assert records["control"]["added"] == []
    assert records["control"]["drawn_again"] == len(records["held_out"]["added"]) == halves.searched.sum()
    assert records["held_out"]["drawn_again"] == 0
    assert lines[0] == f"{halves.searched.sum()} training inputs are repeated instead of adding disagreements"
    assert not same(weights["control"], weights["held_out"])
    # The control does not depend on the test inputs.
    shutil.copytree(folder / "data", tmp_path / "other/data")
    for name in ("inputs", "labels"):
        write_array(tmp_path / f"other/data/test/{name}.npy", np.zeros_like(np.load(folder / f"data/test/{name}.npy")))
    other, _, _ = again(everything, name="other", protocol="control", data=tmp_path / "other/data", epochs=2)
    assert same(other, weights["control"])


@pytest.mark.parametrize("method", SETTINGS)
def test_without_disagreements_the_control_equals_the_retraining(again, labels, method):
    nothing = labels < 0
    held_out, control = (
        again(nothing, name=name, protocol=name, method=method, epochs=1)[0] for name in ("held_out", "control")
    )
    assert same(held_out, control)


@pytest.mark.parametrize(("count", "draws"), [(10, 0), (10, 4), (10, 10), (10, 37)])
def test_inputs_are_repeated_evenly(count, draws):
    indices = draw_evenly(count, draws, np.random.default_rng(0))
    times = np.bincount(indices, minlength=count)
    assert (len(indices), len(times)) == (draws, count)
    assert times.max() - times.min() <= 1


def test_the_record_has_the_accuracy_before(again, labels, folder):
    _, record, _ = again(labels == 1, epochs=1)
    before = read_json(folder / "standard/training.json")["epochs"][-1]["validation_accuracy"]
    assert record["validation_accuracy_before"] == before


def test_quantization_aware_models_continue_from_their_ranges(again, labels, folder):
    learned = read_json(folder / "qat/training.json")["ranges"]
    _, record, _ = again(labels == 1, method="qat", learning_rate=1e-9, range_momentum=1e-9, epochs=1)
    assert record["rounding"] == "weights and activations"
    assert [after["operator"] for after in record["ranges"]] == [before["operator"] for before in learned]
    for after, before in zip(record["ranges"], learned, strict=True):
        assert after["scale"] == pytest.approx(before["scale"], rel=1e-5)
        assert after["zero_point"] == before["zero_point"]


def test_resume_restores_learned_ranges():
    method = QuantizationAware({"range_momentum": 0.1}, np.random.default_rng(0))
    prepared = method.prepare(build("lenet1", "mnist", ("ranges",), {}))
    kinds = [entry.operator for entry in method.ranges(prepared)]
    learned = [ActivationRange(kind, 0.01 * (index + 1), 7 * index) for index, kind in enumerate(kinds)]
    method.resume(prepared, learned)
    for restored, original in zip(method.ranges(prepared), learned, strict=True):
        assert restored.scale == pytest.approx(original.scale, rel=1e-6)
        assert restored.zero_point == original.zero_point


def test_the_message_about_diverging_retraining_names_the_setting(again, labels, tmp_path):
    with pytest.raises(QuantshiftError, match=r"standard\.published/0 diverged.*retraining\.learning_rate_factor"):
        again(labels == 1, learning_rate=1e30)
    assert not (tmp_path / "one/weights.npz").exists()


def test_the_retrained_weights_fit_the_architecture(again, labels, tmp_path):
    again(labels == 1, method="qat", epochs=1)
    restore(build("lenet1", "mnist", ("any",), {}), tmp_path / "one/weights.npz")


def test_disagreements_of_any_variant_count(tmp_path):
    classes = {"float32": [0, 1, 2, 0], "one": [0, 2, 2, 0], "two": [0, 1, 0, 0]}
    for name, top1 in classes.items():
        archives.write(tmp_path / f"{name}.npz", {"none/0": np.eye(3)[top1]})
    files = [tmp_path / f"{name}.npz" for name in classes]
    assert disagreement_mask(files[0], files[1:], 4).tolist() == [False, True, True, False]
    assert disagreement_mask(files[0], [], 4).tolist() == [False] * 4
    with pytest.raises(QuantshiftError, match="logits of 4 clean test inputs, but there are 5"):
        disagreement_mask(files[0], files[1:], 5)


@pytest.mark.parametrize("shape", [(3, 4, 4), (7,)])
def test_extended_inputs_equal_a_concatenated_array(shape):
    random = np.random.default_rng(0)
    base, other = (random.integers(0, 9, (count, *shape), dtype=np.int32) for count in (20, 12))
    selected = np.array([11, 3, 3, 0])
    whole = np.concatenate([base, other[selected]])
    index = random.permutation(24)
    inputs = ExtendedInputs(base, other, selected)[index]
    assert inputs.dtype == np.int32
    assert np.array_equal(inputs, whole[index])


def test_texts_are_retrained_by_the_same_code(tmp_path):
    random = np.random.default_rng(0)
    for name, count in (("train", 40), ("validation", 8), ("test", 8)):
        write_array(tmp_path / name / "inputs.npy", random.integers(2, 500, (count, 200), dtype=np.int32))
        write_array(tmp_path / name / "labels.npy", random.integers(0, 2, count))
    write_array(tmp_path / "test/sources.npy", np.arange(8))
    settings = {**COMMON, "epochs": 1, "batch_size": 20}
    train(
        dataset="imdb",
        architecture="gru",
        method="standard",
        seed=0,
        options={},
        settings=settings,
        feeding=TEXTS,
        device="cpu",
        precision="float32",
        data=tmp_path,
        start=None,
        outcome=outcome_in(tmp_path / "base"),
        report=lambda line: None,
    )
    archives.write(tmp_path / "float32.npz", {"none/0": np.eye(2)[[0] * 8]})
    archives.write(tmp_path / "weight_int8.npz", {"none/0": np.eye(2)[[0, 1, 0, 0, 1, 0, 0, 0]]})
    retrain(
        Run("imdb", "gru", "standard", 0, "published"),
        options={},
        settings=settings,
        feeding=TEXTS,
        device="cpu",
        precision="float32",
        data=tmp_path,
        base_weights=tmp_path / "base/weights.npz",
        base_record=tmp_path / "base/training.json",
        float32=tmp_path / "float32.npz",
        quantized=[tmp_path / "weight_int8.npz"],
        outcome=outcome_in(tmp_path / "again"),
        report=lambda line: None,
    )
    assert read_json(tmp_path / "again/training.json")["added"] == [1, 4]
    before, after = (archives.read_all(tmp_path / name / "weights.npz") for name in ("base", "again"))
    assert not same(before, after)
