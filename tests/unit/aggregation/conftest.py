from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from quantshift.analysis.masks import Mask, Writer

COLUMNS = [
    *("dataset", "architecture", "method", "seed", "variant", "suite", "shift", "severity", "n"),
    *("accuracy", "accuracy_float32", "disagreements", "disagreement_rate", "disagreement_low", "disagreement_high"),
    *("negative_flips", "positive_flips", "kl_mean", "accuracy_p_value"),
]
N = 100


@pytest.fixture
def comparison(tmp_path) -> Callable[..., Path]:
    """Write a comparison's CSV with the disagreements of its test sets, as the rule `compare` does."""

    def write(disagreements: dict[tuple[str, str, int], int], variant="static_int8", seed=0, method="standard") -> Path:
        lines = [",".join(COLUMNS)]
        for (suite, shift, severity), count in disagreements.items():
            rate = count / N
            cells = ["mnist", "lenet5", method, seed, variant, suite, shift, severity, N]
            cells += [0.9, 0.95, count, rate, max(rate - 0.05, 0.0), min(rate + 0.05, 1.0), count, 0, 0.01, 0.5]
            lines.append(",".join(str(cell) for cell in cells))
        path = tmp_path / f"comparisons/mnist/lenet5/{method}/{seed}/{variant}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
        return path

    return write


@pytest.fixture
def masks(tmp_path) -> Callable[..., Path]:
    """Write an archive of disagreements in which so many of the first inputs disagree, by test set."""

    def write(
        disagreements: dict[tuple[str, str, int], int], n=400, variant="static_int8", seed=0, method="standard"
    ) -> Path:
        writer = Writer()
        for (suite, shift, severity), count in disagreements.items():
            writer.add(Mask(suite, shift, severity, np.arange(n) < count, np.arange(n, dtype=np.int64)))
        path = tmp_path / f"comparisons/mnist/lenet5/{method}/{seed}/{variant}.npz"
        writer.write(path)
        return path

    return write
