"""Tables of small studies, from which figures are drawn."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import pytest

from quantshift.tables.table import validated

MODEL = ("dataset", "architecture", "method", "seed", "variant")
SHIFTS = {
    "mnist_c": [("fog", 5), ("dotted_line", 0), ("impulse_noise", 4), ("canny_edges", 0)],
    "digits": [("digits", 0)],
}
N = 1000
METRICS = ("margin", "entropy", "generalized_entropy")


@pytest.fixture
def tables() -> Callable[..., dict[str, pd.DataFrame]]:
    """Return a function that creates the tables of a study; `count` returns the disagreements of a cell."""

    def create(
        *,
        methods: Sequence[str] = ("standard", "qat"),
        variants: Sequence[str] = ("static_int8", "dynamic_int8", "float16"),
        shifts: dict[str, list[tuple[str, int]]] | None = None,
        seeds: Sequence[int] = (0, 1),
        count: Callable[..., int] = lambda **cell: 3 + 7 * len(cell["shift"]) + 2 * cell["seed"],
    ) -> dict[str, pd.DataFrame]:
        suites = SHIFTS if shifts is None else shifts
        sets = [("clean", "none", 0), *((suite, *shift) for suite in suites for shift in suites[suite])]
        evaluation, findings, compared = [], [], []
        for method in methods:
            for seed in seeds:
                for variant in ("float32", *variants):
                    model = dict(zip(MODEL, ("mnist", "lenet5", method, seed, variant), strict=True))
                    for suite, shift, severity in sets:
                        names = {**model, "suite": suite, "shift": shift, "severity": severity}
                        evaluation.append(row(names, 0 if variant == "float32" else count(**names)))
                        if variant != "float32" and suite in ("clean", "mnist_c"):
                            compared.append(comparison(evaluation[-1]))
            for variant in variants:
                findings += [claim(method, variant, suite) for suite in suites]
        models = [(method, seed, variant) for method in methods for seed in seeds for variant in variants]
        detected = [detection(*model, metric) for model in models for metric in METRICS]
        rows = {
            "evaluation": evaluation,
            "findings": findings,
            "published_comparison": compared,
            "detectors": detected,
        }
        return {name: validated(name, pd.DataFrame(table)) for name, table in rows.items()}

    return create


def row(names: dict[str, Any], disagreements: int) -> dict[str, Any]:
    rate = disagreements / N
    return names | {
        "n": N,
        "accuracy": 0.9,
        "accuracy_float32": 0.95,
        "disagreements": disagreements,
        "disagreement_rate": rate,
        "disagreement_low": max(rate - 0.01, 0.0),
        "disagreement_high": min(rate + 0.01, 1.0),
        "negative_flips": disagreements,
        "positive_flips": 0,
        "kl_mean": 0.01,
        "accuracy_p_value": 0.5,
        "tied_disagreements": 0,
        "disagreement_rate_without_ties": rate,
        "disagreement_low_without_ties": max(rate - 0.01, 0.0),
        "disagreement_high_without_ties": min(rate + 0.01, 1.0),
        "most_frequent_share": 0.1,
        "effective_inputs": 1.0,
    }


def claim(method: str, variant: str, suite: str) -> dict[str, Any]:
    return {
        "finding": 1,
        "scope": f"mnist/lenet5/{method}/{variant}/{suite}",
        "statement": "more on shifted data",
        "verdict": "supported",
        "effect": 0.05,
        "effect_low": 0.03,
        "effect_high": 0.08,
        "p_value": 0.001,
        "n": N,
        "level": "cell",
        "dataset": "mnist",
        "architecture": "lenet5",
        "method": method,
        "variant": variant,
        "suite": suite,
        "p_value_raw": 0.001,
        "unit": "inputs",
        "seeds": 2,
        "published_effect": None,
        "events": 50,
        "seed_sets": 2,
        "effect_without_ties": None,
        "effect_without_ties_low": None,
        "effect_without_ties_high": None,
        "left_out": "",
    }


def detection(method: str, seed: int, variant: str, metric: str) -> dict[str, Any]:
    """Return a row of the detectors table; float16 has no disagreements."""
    has_disagreements = variant != "float16"
    figures = {
        f"{figure}{end}": value if has_disagreements else None
        for figure, value in (("auroc", 0.5 + 0.02 * len(metric)), ("aupr", 0.3), ("tnr_at_tpr95", 0.4))
        for end in ("", "_low", "_high")
    }
    return {
        **dict(zip(MODEL, ("mnist", "lenet5", method, seed, variant), strict=True)),
        "shift_group": "all",
        "metric": metric,
        "protocol": "natural",
        "n_disagreements": 9 if has_disagreements else 0,
        "view": "variant",
        "n": N,
        "prevalence": 0.009 if has_disagreements else 0.0,
        **figures,
        "sign": 1.0,
        "threshold": 0.1,
        "fitted_disagreements": 3.0,
        "tpr_at_threshold": 0.5 if has_disagreements else None,
        "tnr_at_threshold": 0.5,
        "threshold_expected_tpr": 0.75,
        "threshold_confidence": 0.142625,
    }


def comparison(evaluated: dict[str, Any]) -> dict[str, Any]:
    columns = ("shift", "severity", "n", "disagreement_rate", "disagreement_low", "disagreement_high", "accuracy")
    return {name: evaluated[name] for name in (*MODEL, *columns)} | {
        "published_variant": "tflite8",
        "published_rate": 0.02,
        "difference": evaluated["disagreement_rate"] - 0.02,
        "published_in_interval": False,
        "published_accuracy": 0.93,
        "shifts_compared": 4,
        "spearman": 0.5,
        "spearman_p_value": 0.5,
    }
