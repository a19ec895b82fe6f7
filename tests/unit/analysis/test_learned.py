"""Which models have learned."""

import pandas as pd
import pytest

from quantshift.analysis.learned import learning, needed, unlearned
from quantshift.core.model_id import ModelId


@pytest.mark.parametrize("share", [0.01, 0.1, 0.25, 0.5, 0.9])
def test_the_accuracy_needed_is_above_the_most_frequent_class_and_below_one(share: float) -> None:
    assert share < needed(share) < min(1.0, 2 * share)
    assert needed(share) / (1 - needed(share)) == pytest.approx(2 * share / (1 - share))


@pytest.mark.parametrize(
    ("right", "n", "share", "enough"),
    [
        (2_000, 10_000, 0.1, True),
        (1_800, 10_000, 0.1, False),  # 18.0 % of ten classes, where more than 18.2 % are needed
        (700, 1_000, 0.5, True),
        (690, 1_000, 0.5, False),  # the lower limit is 66.1 %
        (9, 10, 0.5, False),  # too few inputs to decide
        (10, 10, 0.5, True),
        (1_000, 1_000, 1.0, False),  # one class: there is nothing to learn
        (95, 100, 0.9, False),
        (990, 1_000, 0.9, True),
    ],
)
def test_known_models(right: int, n: int, share: float, enough: bool) -> None:
    assert learning(right, n, share).enough is enough


def test_always_naming_the_most_frequent_class_is_not_learning() -> None:
    assert not any(
        learning(share * n, n, share).enough for share in (0.001, 0.1, 0.5, 0.99) for n in (10, 1_000, 100_000)
    )


def row(seed: int, accuracy: float, suite: str = "clean", variant: str = "float32", share: float = 0.1) -> dict:
    names = {"dataset": "mnist", "architecture": "lenet5", "method": "standard", "seed": seed, "variant": variant}
    return names | {"suite": suite, "accuracy_float32": accuracy, "n": 1_000, "most_frequent_share": share}


def test_float32_on_the_clean_test_set_decides() -> None:
    rows = [row(0, 0.9), row(0, 0.1, suite="mnist_c"), row(2, 0.12), row(2, 0.12, variant="float16"), row(1, 0.1)]
    models = unlearned(pd.DataFrame(rows))
    assert list(models) == [ModelId("mnist", "lenet5", "standard", seed) for seed in (1, 2)]
    assert models[ModelId("mnist", "lenet5", "standard", 2)].accuracy == 0.12
    assert unlearned(pd.DataFrame(rows[:2])) == {}


def test_a_model_without_labels_is_no_evidence() -> None:
    assert unlearned(pd.DataFrame([row(0, float("nan"))])) == {}
