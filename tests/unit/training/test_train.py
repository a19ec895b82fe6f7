import json
import os

import numpy as np
import pytest
import torch
from tests.answers import IMAGES
from tests.outcomes import outcome_in

from quantshift.core.errors import QuantshiftError
from quantshift.models.network import build
from quantshift.models.weights import restore, save
from quantshift.storage import archives
from quantshift.storage.arrays import read_array
from quantshift.training.adam import Adam
from quantshift.training.device import choose
from quantshift.training.schedule import SCHEDULES
from quantshift.training.train import train

COMMON = {"epochs": 4, "batch_size": 64, "learning_rate": 0.003, "schedule": "cosine", "threads": 1}
SETTINGS = {
    "standard": COMMON,
    "mixup": {**COMMON, "alpha": 0.2},
    "adversarial": {**COMMON, "epsilon": 0.1, "step_size": 0.05, "steps": 2, "warm_up": 0.5},
    "qat": {**COMMON, "range_momentum": 0.1},
    "continued": COMMON,
}


@pytest.fixture
def trained(data, tmp_path):
    def run(method="standard", seed=0, name="one", start=None, **changes):
        outcome = outcome_in(tmp_path / name)
        train(
            dataset="mnist",
            architecture="lenet1",
            options={},
            method=method,
            seed=seed,
            settings={**SETTINGS[method], **changes},
            feeding=IMAGES,
            device="cpu",
            precision="float32",
            data=data,
            start=start,
            outcome=outcome,
            report=lambda line: None,
        )
        return outcome.weights, json.loads(outcome.record.read_text(encoding="utf-8"))

    return run


@pytest.mark.parametrize("method", SETTINGS)
def test_each_method_learns(trained, method):
    _, record = trained(method)
    epochs = record["epochs"]
    assert len(epochs) == 4
    assert epochs[-1]["loss"] < epochs[0]["loss"]
    assert epochs[-1]["validation_accuracy"] > 0.6  # chance is 0.1


@pytest.mark.parametrize("method", SETTINGS)
def test_weights_are_reproducible_and_depend_on_the_seed(trained, method):
    first, second, other = (
        archives.read_all(trained(method, seed, name, epochs=1)[0])
        for seed, name in ((0, "one"), (0, "two"), (1, "three"))
    )
    assert all(np.array_equal(first[key], second[key]) for key in first)
    assert not np.array_equal(first["0.weight"], other["0.weight"])


def test_a_method_may_start_from_trained_weights(trained):
    weights, before = trained("standard", name="before")
    _, after = trained("qat", name="after", start=weights, epochs=1, learning_rate=1e-4)
    assert after["epochs"][0]["validation_accuracy"] > before["epochs"][0]["validation_accuracy"]


def test_only_quantization_aware_training_learns_ranges(trained):
    plain = trained("standard", epochs=1)[1]
    assert (plain["rounding"], plain["ranges"]) == ("none", [])
    aware = trained("qat", name="two", epochs=1)[1]
    assert aware["rounding"] == "weights and activations"
    ranges = aware["ranges"]
    assert [entry["operator"] for entry in ranges] == ["Input", "Conv", "Conv", "Gemm"]
    assert ranges[0]["zero_point"] == 0
    assert ranges[0]["scale"] == pytest.approx(1 / 255, rel=0.01)


def test_the_message_about_diverging_training_names_the_setting(trained, tmp_path):
    with pytest.raises(QuantshiftError, match=r"lower training\.mnist\.standard\.learning_rate"):
        trained(learning_rate=1e30)
    assert not (tmp_path / "one/weights.npz").exists()


def test_cuda_is_refused_if_there_is_none():
    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    assert choose("auto").type == "cpu"
    with pytest.raises(QuantshiftError, match="device: cuda, but torch sees no CUDA device"):
        choose("cuda")


def test_each_step_uses_the_schedules_learning_rate(trained, monkeypatch):
    rates, step = [], Adam.step
    monkeypatch.setattr(Adam, "step", lambda self, rate: (rates.append(rate), step(self, rate)))
    trained(epochs=2)
    assert len(rates) == 2 * (1500 // 64)
    assert rates == [0.003 * SCHEDULES["cosine"](done / len(rates)) for done in range(len(rates))]


def test_schedules():
    assert [SCHEDULES["constant"](progress) for progress in (0, 0.5, 1)] == [1, 1, 1]
    assert [SCHEDULES["cosine"](progress) for progress in (0, 0.5, 1)] == pytest.approx([1, 0.5, 0])


def test_the_message_names_damaged_weights(tmp_path):
    net = build("lenet1", "mnist", ("any",), {})
    path = tmp_path / "weights.npz"
    save(net, path)
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(QuantshiftError, match=r"weights\.npz is not a complete \.npz archive"):
        restore(net, path)


def test_weights_of_another_architecture_are_refused(tmp_path):
    save(build("lenet5", "mnist", ("any",), {}), tmp_path / "weights.npz")
    with pytest.raises(QuantshiftError, match="does not fit its architecture"):
        restore(build("lenet1", "mnist", ("any",), {}), tmp_path / "weights.npz")


class Hostile:
    def __reduce__(self):
        return os.mkdir, ("made_by_a_pickle",)


def test_weights_never_run_code(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.savez("weights.npz", **{"0.weight": np.array([Hostile()], dtype=object)})
    torch.save({"0.weight": Hostile()}, "weights.pt")
    for name in ("weights.npz", "weights.pt"):
        with pytest.raises(QuantshiftError, match=r"is not an \.npz archive"):
            restore(build("lenet1", "mnist", ("any",), {}), tmp_path / name)
    assert not (tmp_path / "made_by_a_pickle").exists()


def test_initial_weights_depend_only_on_the_names():
    chosen = (("a", 0), ("a", 0), ("a", 1))
    first, second, other = (build("lenet5", "mnist", names, {}).state_dict() for names in chosen)
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert not np.array_equal(first["0.weight"], other["0.weight"])


def test_torchs_logits_are_stored_for_the_export(trained, data, tmp_path):
    weights, _ = trained("qat", epochs=1)
    net = build("lenet1", "mnist", ("any",), {})
    restore(net, weights)
    inputs = read_array(data / "validation/inputs.npy")
    with torch.no_grad():
        expected = net(torch.from_numpy(inputs.astype(np.float32) / 255)).numpy()
    stored = read_array(tmp_path / "one/torch_logits.npy")
    assert len(stored) == len(inputs)
    np.testing.assert_allclose(stored, expected, atol=1e-5)
