import json

import pytest

from quantshift.aggregation import variants
from quantshift.core.errors import QuantshiftError
from quantshift.tables.table import read

INSPECTION = {
    "status": "ok",
    "reason": "",
    "notes": "",
    "file_bytes": 1000,
    "batch_size": 64,
    "threads": 1,
    "quantized_weight_share": 0.98,
    "integer_compute_share": 1.0,
    "weights": 7000,
    "operators": "Conv QLinearConv",
    "may_saturate": False,
    "saturates_without_vnni": False,
    "images_per_second": 5000.0,
    "speedup_over_float32": 1.5,
}
WEAKEST = {
    "disagreements": 70,
    "tied_disagreements": 30,
    "worst_shift": "mnist_c/fog",
    "worst_shift_rate": 0.02,
    "worst_shift_n": 500,
    "worst_class": "9",
    "worst_class_rate": 0.01,
    "worst_class_n": 70,
    "severity_slope": None,
    "severity_shifts": 0,
    "steepest_shift": "",
    "steepest_slope": None,
    "shifted_inputs": 1500,
    "shifted_rate": 0.01,
    "shifted_rate_without_ties": 0.005,
    "shifted_effective_inputs": 612.5,
}


def write(path, record):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record))
    return path


@pytest.fixture
def inspected(tmp_path):
    def write_inspection(variant, seed=0, **changes):
        path = tmp_path / f"inspections/mnist/lenet5/standard/{seed}/{variant}.json"
        return write(path, INSPECTION | changes)

    return write_inspection


@pytest.fixture
def parity(tmp_path):
    def write_model(seed=0, max_difference=1e-6, argmax_equal=1.0):
        path = tmp_path / f"models/mnist/lenet5/standard/{seed}/model.json"
        compared = {
            "inputs": 1000,
            "max_difference": max_difference,
            "largest_logit": 1.0,
            "argmax_equal": argmax_equal,
        }
        return write(path, {"parity": compared})

    return write_model


@pytest.fixture
def aggregate(tmp_path):
    """Return a function that writes the table for some records, with equal weak spots for all variants.

    `roundings` is the rounding in the training of seeds 0, 1, ….
    """

    def run(inspections, parities, roundings=("none", "none"), **changes):
        weakest = [write(tmp_path.joinpath("comparisons", *file.parts[-5:]), WEAKEST | changes) for file in inspections]
        trainings = [
            write(file.with_name("training.json"), {"epochs": [], "rounding": roundings[int(file.parts[-2])]})
            for file in parities
        ]
        variants.aggregate(inspections, parities, trainings, weakest, tmp_path / "variants.csv")

    return run


def test_each_variant_has_a_row_with_its_models_parity(aggregate, inspected, parity, tmp_path):
    files = [inspected("static_int8", 1), inspected("float32", 0, file_bytes=4000), inspected("float32", 1)]
    parities = [parity(1, max_difference=3e-6), parity(0, max_difference=2e-6)]
    aggregate(files, parities)
    table = read("variants", tmp_path / "variants.csv")
    rows = table[["seed", "variant", "file_bytes", "parity_max_difference"]].to_numpy().tolist()
    assert rows == [[0, "float32", 4000, 2e-6], [1, "float32", 1000, 3e-6], [1, "static_int8", 1000, 3e-6]]
    assert table["parity_argmax_equal"].all()
    assert set(table["operators"]) == {"Conv QLinearConv"}


def test_a_single_different_top_class_is_not_equality(aggregate, inspected, parity, tmp_path):
    aggregate([inspected("float32")], [parity(argmax_equal=0.999)])
    assert not read("variants", tmp_path / "variants.csv")["parity_argmax_equal"].any()


def test_each_variant_has_the_rounding_of_its_training(aggregate, inspected, parity, tmp_path):
    files = [inspected("static_int8", 1), inspected("float32", 1), inspected("float32", 0)]
    aggregate(files, [parity(1), parity(0)], ("none", "weights and activations"))
    table = read("variants", tmp_path / "variants.csv").set_index(["seed", "variant"])["training_rounding"]
    assert table.to_dict() == {
        (0, "float32"): "none",
        (1, "float32"): "weights and activations",
        (1, "static_int8"): "weights and activations",
    }


def test_an_unknown_rounding_is_rejected(aggregate, inspected, parity):
    with pytest.raises(QuantshiftError, match="training_rounding"):
        aggregate([inspected("float32")], [parity()], ("activations",))


def test_unmeasured_values_are_empty(aggregate, inspected, parity, tmp_path):
    file = inspected("float16", integer_compute_share=None, operators="")
    aggregate([file], [parity()])
    assert read("variants", tmp_path / "variants.csv")["integer_compute_share"].isna().all()


NO_VALUES = dict.fromkeys(INSPECTION) | {
    "operators": "",
    "notes": "",
    "status": "not applicable",
    "reason": "no weights",
}
NOWHERE = dict.fromkeys(WEAKEST) | dict.fromkeys(("worst_shift", "worst_class", "steepest_shift"), "")


def test_a_variant_that_is_not_applicable_has_the_reason_and_no_values(aggregate, inspected, parity, tmp_path):
    aggregate([inspected("static_int8", **NO_VALUES)], [parity()], **NOWHERE)
    (line,) = (tmp_path / "variants.csv").read_text().splitlines()[1:]
    assert line == f"mnist,lenet5,standard,0,static_int8{11 * ','},1e-06,True,none{16 * ','},not applicable,no weights,"
    (row,) = read("variants", tmp_path / "variants.csv").to_dict("records")
    assert (row["status"], row["reason"]) == ("not applicable", "no weights")


@pytest.mark.parametrize(
    ("inspection", "weakest", "message"),
    [
        ({"file_bytes": None}, {}, "must have file_bytes"),
        ({"weights": None}, {}, "must have file_bytes"),
        ({"may_saturate": None}, {}, "must have file_bytes"),
        ({}, NOWHERE, "must have file_bytes"),
        (NO_VALUES, {}, "no measured values at all"),
        (NO_VALUES | {"file_bytes": 1}, NOWHERE, "no measured values at all"),
        (NO_VALUES | {"operators": "Conv"}, NOWHERE, "no measured values at all"),
        (NO_VALUES | {"reason": ""}, NOWHERE, "must have a reason"),
        ({"reason": "why"}, {}, "must have a reason"),
        ({"status": "bad"}, {}, "status"),
    ],
)
def test_a_status_that_the_values_contradict_is_rejected(aggregate, inspected, parity, inspection, weakest, message):
    with pytest.raises(QuantshiftError, match=message):
        aggregate([inspected("static_int8", **inspection)], [parity()], **weakest)


def test_float32_is_always_applicable(aggregate, inspected, parity):
    with pytest.raises(QuantshiftError, match="float32 has the status ok"):
        aggregate([inspected("float32", **NO_VALUES)], [parity()], **NOWHERE)


def test_a_damaged_record_is_named(aggregate, inspected, parity, tmp_path):
    file, record = inspected("float32"), parity()
    whole = file.read_text()
    file.write_text(whole[:30])
    with pytest.raises(QuantshiftError, match=r"float32\.json is not a JSON file"):
        aggregate([file], [record])
    file.write_text(whole)
    record.write_text("")
    with pytest.raises(QuantshiftError, match=r"model\.json is not a JSON file"):
        aggregate([file], [record])
    assert not (tmp_path / "variants.csv").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"quantized_weight_share": 1.5}, "quantized_weight_share"),
        ({"file_bytes": 0}, "file_bytes"),
        ({"colour": "red"}, "unknown columns: colour"),
        ({"weights": "many"}, "weights"),
    ],
)
def test_invalid_values_are_rejected(aggregate, inspected, parity, tmp_path, changes, message):
    with pytest.raises(QuantshiftError, match=message):
        aggregate([inspected("float32", **changes)], [parity()])
    assert not (tmp_path / "variants.csv").exists()
