from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from quantshift.analysis.detection import detection_draws
from quantshift.analysis.detection.detection_draws import Draws
from quantshift.analysis.masks import Mask, Writer
from quantshift.seeds import generator
from quantshift.storage.records import write_record
from quantshift.studies.arxiv_2204_04220 import findings_table
from quantshift.tables.table import read

COLUMNS = [
    *("dataset", "architecture", "method", "seed", "variant", "suite", "shift", "severity", "n"),
    *("accuracy", "accuracy_float32", "disagreements", "disagreement_rate", "disagreement_low", "disagreement_high"),
    *("negative_flips", "positive_flips", "kl_mean", "accuracy_p_value", "tied_disagreements"),
    *(f"disagreement_{name}_without_ties" for name in ("rate", "low", "high")),
    *("most_frequent_share", "effective_inputs"),
]
N = 100


@pytest.fixture
def comparison(tmp_path) -> Callable[..., Path]:
    """Return a function that writes a comparison's CSV with given disagreements, as the rule `compare` does."""

    def write(disagreements: dict[tuple[str, str, int], int], variant="static_int8", seed=0, method="standard") -> Path:
        lines = [",".join(COLUMNS)]
        for (suite, shift, severity), count in disagreements.items():
            rate = count / N
            cells = ["mnist", "lenet5", method, seed, variant, suite, shift, severity, N]
            cells += [0.9, 0.95, count, rate, max(rate - 0.05, 0.0), min(rate + 0.05, 1.0), count, 0, 0.01, 0.5]
            cells += [0, *cells[12:15], 0.1, N]
            lines.append(",".join(str(cell) for cell in cells))
        path = tmp_path / f"comparisons/mnist/lenet5/{method}/{seed}/{variant}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")
        return path

    return write


@pytest.fixture
def inspection(tmp_path) -> Callable[..., Path]:
    """Return a function that writes the inspection of a variant: whether it is applicable."""

    def write(variant="static_int8", seed=0, reason="") -> Path:
        path = tmp_path / f"inspections/mnist/lenet5/standard/{seed}/{variant}.json"
        write_record(path, {"status": "not applicable" if reason else "ok", "reason": reason})
        return path

    return write


@pytest.fixture
def findings(tmp_path) -> Callable[..., pd.DataFrame]:
    """Write and read a findings table; the evaluation table is empty, so that no model counts as unlearned."""

    def write(masks=(), draws=(), retrainings=(), path=None, joining=("float16", "static_int8")) -> pd.DataFrame:
        evaluation, table = tmp_path / "evaluation.csv", path or tmp_path / "findings.csv"
        evaluation.write_text(",".join(COLUMNS) + "\n")
        findings_table.aggregate(
            masks=masks,
            draws=draws,
            retrainings=retrainings,
            evaluation=evaluation,
            table=table,
            joining=joining,
        )
        return read("findings", table)

    return write


@pytest.fixture
def masks(tmp_path) -> Callable[..., Path]:
    """Return a function that writes an archive of masks in which the first inputs disagree, by test set."""

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


@pytest.fixture
def draws(tmp_path) -> Callable[..., Path]:
    """Return a function that writes an archive of resamples with an advantage of the margin, or without arrays."""

    def write(advantage: float | None, variant="static_int8", seed=0, method="standard") -> Path:
        path = tmp_path / f"detections/mnist/lenet5/{method}/{seed}/{variant}.npz"
        if advantage is None:
            detection_draws.write(path, None)
            return path
        aurocs = {"margin": 0.9 + advantage, "entropy": 0.8, "gini": 0.85, "least_confidence": 0.9}
        random = generator("draws", method, seed, variant)
        resamples = {metric: auroc + random.normal(0, 0.005, 300) for metric, auroc in aurocs.items()}
        detection_draws.write(path, Draws(aurocs, resamples, 400, 200))
        return path

    return write
