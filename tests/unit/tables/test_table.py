"""Tables round-trip, and invalid rows are rejected."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.tables import schemas, table

MODEL = {"dataset": "mnist", "architecture": "lenet1", "method": "standard", "seed": 0, "variant": "static_int8"}


def evaluation(**changes: Any) -> dict[str, Any]:
    row = {
        **MODEL,
        "suite": "mnist_c",
        "shift": "fog",
        "severity": 1,
        "n": 3,
        "accuracy": 0.1 + 0.2,
        "accuracy_float32": 1 / 3,
        "disagreements": 1,
        "disagreement_rate": 1 / 3,
        "disagreement_low": 0.0615,
        "disagreement_high": 0.7923,
        "negative_flips": 1,
        "positive_flips": 0,
        "kl_mean": 1e-17,
        "accuracy_p_value": 1.0,
        "tied_disagreements": 0,
        "disagreement_rate_without_ties": 1 / 3,
        "disagreement_low_without_ties": 0.0615,
        "disagreement_high_without_ties": 0.7923,
        "most_frequent_share": 2 / 3,
        "effective_inputs": 3.0,
    }
    return row | changes


VARIANT = {
    **MODEL,
    "file_bytes": 12_345,
    "quantized_weight_share": 0,
    "integer_compute_share": np.nan,
    "weights": 7_206,
    "operators": "",
    "may_saturate": False,
    "saturates_without_vnni": False,
    "batch_size": 64,
    "threads": 1,
    "images_per_second": 1e5,
    "speedup_over_float32": None,
    "parity_max_difference": None,
    "parity_argmax_equal": None,
    "training_rounding": "none",
    "disagreements": 0,
    "tied_disagreements": 0,
    "worst_shift": "",
    "worst_shift_rate": None,
    "worst_shift_n": None,
    "worst_class": "",
    "worst_class_rate": None,
    "worst_class_n": None,
    "severity_slope": 0.0,
    "severity_shifts": 1,
    "steepest_shift": "mnist_c/fog",
    "steepest_slope": 0.0,
    "status": "ok",
    "reason": "",
    "notes": "",
    "shifted_inputs": 300,
    "shifted_rate": 0.25,
    "shifted_rate_without_ties": 0.125,
    "shifted_effective_inputs": 123.5,
}


def test_tables_round_trip_exactly(tmp_path: Path) -> None:
    frame = pd.DataFrame([evaluation(severity=2), evaluation(), evaluation(shift="none", suite="clean", severity=0)])
    table.write("evaluation", frame, tmp_path / "evaluation.csv")
    stored = table.read("evaluation", tmp_path / "evaluation.csv")
    assert list(stored["severity"]) == [0, 1, 2]
    assert stored["accuracy"][0] == 0.1 + 0.2
    assert stored["kl_mean"][1] == 1e-17
    pd.testing.assert_frame_equal(stored, table.validated("evaluation", frame))


def test_equal_rows_give_equal_bytes(tmp_path: Path) -> None:
    rows = [evaluation(severity=severity) for severity in (3, 1, 2)]
    table.write("evaluation", pd.DataFrame(rows), tmp_path / "first.csv")
    shuffled = pd.DataFrame(rows[::-1])[list(reversed(rows[0]))]
    table.write("evaluation", shuffled, tmp_path / "second.csv")
    content = (tmp_path / "first.csv").read_bytes()
    assert content == (tmp_path / "second.csv").read_bytes()
    assert b"\r" not in content
    assert content.startswith(b"dataset,architecture,method,seed,variant,suite,shift,severity,n,accuracy,")
    assert content.endswith(b"\n")


def test_empty_cells_and_booleans(tmp_path: Path) -> None:
    rows = [VARIANT, VARIANT | {"variant": "float32", "parity_argmax_equal": True, "parity_max_difference": 2e-6}]
    table.write("variants", pd.DataFrame(rows), tmp_path / "variants.csv")
    stored = table.read("variants", tmp_path / "variants.csv").set_index("variant")
    assert (
        stored.loc["float32", "parity_argmax_equal"] is np.True_ or stored.loc["float32", "parity_argmax_equal"] is True
    )
    assert stored.loc["static_int8", "parity_argmax_equal"] is pd.NA
    assert np.isnan(stored.loc["static_int8", "speedup_over_float32"])
    assert stored.loc["static_int8", "operators"] == ""
    assert stored["quantized_weight_share"].dtype == np.float64


@pytest.mark.parametrize("name", sorted(schemas.SCHEMAS))
def test_a_table_without_rows(tmp_path: Path, name: str) -> None:
    for frame in (pd.DataFrame([]), pd.DataFrame(columns=list(schemas.SCHEMAS[name].columns))):
        table.write(name, frame, tmp_path / "empty.csv")
        stored = table.read(name, tmp_path / "empty.csv")
        assert stored.empty
        assert list(stored.columns) == list(schemas.SCHEMAS[name].columns)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"accuracy": 1.5}, r"column accuracy, row 1 .*severity=2"),
        ({"accuracy": np.nan}, r"row 1 .*all or none of accuracy, accuracy_float32, "),
        ({"disagreement_rate": np.nan}, r"column disagreement_rate, row 1 "),
        ({"kl_mean": np.inf}, r"column kl_mean, row 1 .*finite"),
        ({"kl_mean": -0.1}, r"column kl_mean, row 1 "),
        (
            {"n": 2, "disagreements": 3, "disagreement_rate": 1.0, "disagreement_high": 1.0},
            r"row 1 .*disagreements <= n",
        ),
        ({"disagreement_rate": 0.5}, r"row 1 .*disagreement_rate = disagreements / n"),
        ({"disagreement_low": 0.4}, r"row 1 .*disagreement_low <= disagreement_rate"),
        ({"tied_disagreements": 1}, r"row 1 .*disagreement_rate_without_ties = "),
        ({"tied_disagreements": 2}, r"row 1 .*tied_disagreements <= disagreements"),
        ({"disagreement_low_without_ties": 0.4}, r"row 1 .*disagreement_low_without_ties <= "),
        ({"negative_flips": 2}, r"row 1 .*negative_flips"),
        ({"n": 0}, r"column n, row 1"),
        ({"variant": ""}, r"column variant, row 0 .*must not be empty"),
        ({"severity": 1}, r"two rows have the same key \(dataset=mnist"),
        ({"severity": 6}, r"column severity, row 1"),
        ({"seed": -1}, r"column seed, row 0"),
        ({"n": 3.5}, r"column n has type float64"),
        ({"accuracy": "high"}, r"wrong type"),
    ],
)
def test_an_invalid_row_is_named(changes: dict[str, Any], message: str) -> None:
    frame = pd.DataFrame([evaluation(), evaluation(severity=2) | changes])
    with pytest.raises(QuantshiftError, match=f"table evaluation: .*{message}"):
        table.validated("evaluation", frame)


SHIFTED = dict.fromkeys(schemas.SHIFTED)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"shifted_rate": None}, "all or none of shifted_inputs, shifted_rate"),
        (SHIFTED | {"shifted_inputs": 10}, "all or none of shifted_inputs, shifted_rate"),
        ({"shifted_rate_without_ties": 0.5}, "shifted_rate_without_ties <= shifted_rate"),
        ({"shifted_effective_inputs": 301}, "shifted_effective_inputs <= shifted_inputs"),
    ],
)
def test_a_wrong_rate_on_the_shifted_data_is_rejected(changes: dict[str, Any], message: str) -> None:
    frame = pd.DataFrame([VARIANT | SHIFTED, VARIANT | {"seed": 1}])
    assert len(table.validated("variants", frame)) == 2
    with pytest.raises(QuantshiftError, match=f"table variants: .*{message}"):
        table.validated("variants", pd.DataFrame([VARIANT | changes]))


def test_missing_and_unknown_columns_are_named() -> None:
    frame = pd.DataFrame([evaluation()]).drop(columns="n").assign(total=3)
    with pytest.raises(QuantshiftError, match="missing columns: n; unknown columns: total"):
        table.validated("evaluation", frame)


@pytest.mark.parametrize(
    ("changes", "column"),
    [({"verdict": "true"}, "verdict"), ({"level": "row"}, "level"), ({"p_value": 0.001}, "p_value_raw <= p_value")],
)
def test_invalid_findings_are_rejected(changes: dict[str, Any], column: str) -> None:
    row = {"finding": 1, "scope": "overall", "statement": "a claim", "verdict": "supported", "effect": 0.1}
    row |= {"effect_low": 0.05, "effect_high": 0.2, "p_value": 0.02, "n": 10, "level": "overall", "p_value_raw": 0.01}
    row |= dict.fromkeys(["dataset", "architecture", "method", "variant", "suite"], "")
    row |= {"unit": "inputs", "seeds": 1, "published_effect": None, "events": 50, "seed_sets": 1}
    row |= dict.fromkeys(["effect_without_ties", "effect_without_ties_low", "effect_without_ties_high"])
    row |= {"left_out": ""}
    assert len(table.validated("findings", pd.DataFrame([row]))) == 1
    with pytest.raises(QuantshiftError, match=column):
        table.validated("findings", pd.DataFrame([row | changes]))


def test_nothing_is_written_if_a_row_is_invalid(tmp_path: Path) -> None:
    with pytest.raises(QuantshiftError):
        table.write("evaluation", pd.DataFrame([evaluation(accuracy=2.0)]), tmp_path / "evaluation.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["", "dataset\n", "a,b\n1,2,3\n1,2,3,4\n", "\xff\xfe"])
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "evaluation.csv"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(QuantshiftError, match=r"evaluation\.csv"):
        table.read("evaluation", path)
    path.unlink()
    with pytest.raises(QuantshiftError, match="missing"):
        table.read("evaluation", path)


def test_a_text_in_a_number_column_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "evaluation.csv"
    table.write("evaluation", pd.DataFrame([evaluation()]), path)
    path.write_text(path.read_text().replace(",3,", ",three,", 1))
    with pytest.raises(QuantshiftError, match=r"evaluation\.csv"):
        table.read("evaluation", path)
