"""The study's own figures beside ours."""

import numpy as np
import pandas as pd
import pytest

from quantshift.studies.arxiv_2204_04220 import published_tables
from quantshift.studies.arxiv_2204_04220.published_files import architectures
from quantshift.tables import table

SHIFTS = ["brightness", "fog", "rotate", "stripe", "zigzag"]
SEVERITIES = {("mnist_c", shift): 5 for shift in SHIFTS}


def ours(
    rates: dict[str, float], severity: int = 5, suite: str = "mnist_c", variant: str = "static_int8"
) -> pd.DataFrame:
    rows = [
        {
            "dataset": "mnist",
            "architecture": "lenet1",
            "method": "standard",
            "seed": 0,
            "variant": variant,
            "suite": "clean" if shift == "none" else suite,
            "shift": shift,
            "severity": 0 if shift == "none" else severity,
            "n": 10_000,
            "accuracy": 0.9,
            "disagreement_rate": rate,
            "disagreement_low": max(0.0, rate - 0.002),
            "disagreement_high": rate + 0.002,
        }
        for shift, rate in rates.items()
    ]
    return pd.DataFrame(rows)


def theirs(variant: str = "static_int8") -> dict[str, float]:
    figures = published_tables.rates()
    return {shift: figures["mnist", "lenet1", "standard", variant, shift] for shift in ["none", *SHIFTS]}


def test_the_copy_is_whole() -> None:
    table_read = published_tables.evaluation()
    assert len(table_read) == 1_632 - 330  # the rows of float32 have no disagreements
    assert table_read["published_rate"].between(0, 1).all()
    assert table_read["published_accuracy"].between(0, 1).all()
    assert set(table_read["variant"]) == set(published_tables.VARIANTS)
    mapped = table_read.drop_duplicates(["variant", "published_variant"])
    assert dict(zip(mapped["variant"], mapped["published_variant"], strict=True)) == published_tables.VARIANTS


def test_rows_beside_each_other() -> None:
    rates = theirs()
    found = published_tables.published_comparison(
        ours({shift: rate + 0.001 for shift, rate in rates.items()}), SEVERITIES
    )
    found = table.validated("published_comparison", found)
    assert len(found) == 6
    np.testing.assert_allclose(found["difference"], 0.001)
    assert found["published_in_interval"].all()
    assert set(found["shifts_compared"]) == {5}
    np.testing.assert_allclose(found["spearman"], 1.0)
    assert set(found["published_variant"]) == {"tflite8"}


def test_reversed_ranks_and_rates_far_off() -> None:
    found = published_tables.published_comparison(ours({k: 0.9 - v for k, v in theirs().items()}), SEVERITIES)
    np.testing.assert_allclose(found["spearman"], -1.0)
    assert not found["published_in_interval"].any()


@pytest.mark.parametrize(("severity", "suite"), [(4, "mnist_c"), (5, "cifar10_c")])
def test_other_severities_and_suites_are_left_out(severity: int, suite: str) -> None:
    severities = SEVERITIES | {("cifar10_c", shift): 5 for shift in SHIFTS}
    found = published_tables.published_comparison(ours(theirs(), severity, suite), severities)
    assert list(found["shift"]) == ["none"]
    assert found["spearman"].isna().all()
    assert list(found["shifts_compared"]) == [0]


def test_constant_rates_have_no_correlation() -> None:
    found = published_tables.published_comparison(ours(dict.fromkeys(theirs(), 0.01)), SEVERITIES)
    assert len(found) == 6
    assert found["spearman"].isna().all()
    table.validated("published_comparison", found)


def test_nothing_in_common_gives_an_empty_table() -> None:
    for frame in (ours(theirs(), variant="float32"), ours(theirs()).head(0)):
        found = published_tables.published_comparison(frame, SEVERITIES)
        assert list(found.columns) == published_tables.COLUMNS
        assert table.validated("published_comparison", found).empty


def test_published_retraining_has_our_names() -> None:
    found = published_tables.retraining()
    assert len(found) == 30
    assert found["mnist", "lenet1", "static_int8"] == (14, 7)
    assert found["iwildcam", "densenet121", "weight_int8"] == (2035, 7)
    assert {variant for _, _, variant in found} == set(published_tables.VARIANTS)


def test_published_figures_are_of_the_lenets_on_mnist():
    found = architectures()
    assert {("mnist", "lenet1"), ("mnist", "lenet5")} <= found
    assert ("mnist", "resnet20") not in found
