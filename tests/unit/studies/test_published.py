"""The published results and their comparison with ours."""

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


def test_the_published_table_is_complete() -> None:
    published = published_tables.evaluation()
    assert len(published) == 1_632 - 330  # the rows of float32 have no disagreements
    assert published["published_rate"].between(0, 1).all()
    assert published["published_accuracy"].between(0, 1).all()
    assert set(published["variant"]) == set(published_tables.VARIANTS)
    mapped = published.drop_duplicates(["variant", "published_variant"])
    assert dict(zip(mapped["variant"], mapped["published_variant"], strict=True)) == published_tables.VARIANTS


def test_rates_are_compared() -> None:
    rates = theirs()
    comparison = published_tables.published_comparison(
        ours({shift: rate + 0.001 for shift, rate in rates.items()}), SEVERITIES
    )
    comparison = table.validated("published_comparison", comparison)
    assert len(comparison) == 6
    np.testing.assert_allclose(comparison["difference"], 0.001)
    assert comparison["published_in_interval"].all()
    assert set(comparison["shifts_compared"]) == {5}
    np.testing.assert_allclose(comparison["spearman"], 1.0)
    assert set(comparison["published_variant"]) == {"tflite8"}


def test_reversed_ranks_and_distant_rates() -> None:
    comparison = published_tables.published_comparison(ours({k: 0.9 - v for k, v in theirs().items()}), SEVERITIES)
    np.testing.assert_allclose(comparison["spearman"], -1.0)
    assert not comparison["published_in_interval"].any()


@pytest.mark.parametrize(("severity", "suite"), [(4, "mnist_c"), (5, "cifar10_c")])
def test_other_severities_and_suites_are_omitted(severity: int, suite: str) -> None:
    severities = SEVERITIES | {("cifar10_c", shift): 5 for shift in SHIFTS}
    comparison = published_tables.published_comparison(ours(theirs(), severity, suite), severities)
    assert list(comparison["shift"]) == ["none"]
    assert comparison["spearman"].isna().all()
    assert list(comparison["shifts_compared"]) == [0]


def test_constant_rates_have_no_correlation() -> None:
    comparison = published_tables.published_comparison(ours(dict.fromkeys(theirs(), 0.01)), SEVERITIES)
    assert len(comparison) == 6
    assert comparison["spearman"].isna().all()
    table.validated("published_comparison", comparison)


def test_nothing_in_common_gives_an_empty_table() -> None:
    for frame in (ours(theirs(), variant="float32"), ours(theirs()).head(0)):
        comparison = published_tables.published_comparison(frame, SEVERITIES)
        assert list(comparison.columns) == published_tables.COLUMNS
        assert table.validated("published_comparison", comparison).empty


def test_published_retraining_uses_our_names() -> None:
    retraining = published_tables.retraining()
    assert len(retraining) == 30
    assert retraining["mnist", "lenet1", "static_int8"] == (14, 7)
    assert retraining["iwildcam", "densenet121", "weight_int8"] == (2035, 7)
    assert {variant for _, _, variant in retraining} == set(published_tables.VARIANTS)


def test_published_results_include_the_lenets_on_mnist():
    published = architectures()
    assert {("mnist", "lenet1"), ("mnist", "lenet5")} <= published
    assert ("mnist", "resnet20") not in published
