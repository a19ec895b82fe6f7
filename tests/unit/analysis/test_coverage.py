"""A short version of benchmarks/coverage.py: verdicts hold their level on designs with few events."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

ROOT = Path(__file__).parents[3]
METHODS = ("adversarial", "mixup", "qat", "standard")


@pytest.fixture(scope="module")
def coverage() -> Iterator[SimpleNamespace]:
    # Last on the path, so that the package named `coverage` is still importable.
    sys.path.append(str(ROOT / "benchmarks"))
    from simulated_studies import designs, findings, inputs

    yield SimpleNamespace(designs=designs, findings=findings, inputs=inputs)
    sys.path.remove(str(ROOT / "benchmarks"))


def outcomes(coverage: SimpleNamespace, finding: int, truth: object, studies: int, seeds: int = 3) -> pd.DataFrame:
    """Return the fractions of decided claims and of intervals that contain the truth, by level and data set."""
    shifts = (("corruptions", 2, 30),) * 19
    small = coverage.designs.Design("small", 300, shifts, (("other", 200),), 2, METHODS, 4, seeds, 2, 4, seeds)
    random = np.random.default_rng(finding)
    rows = [row for _ in range(studies) for row in coverage.findings.FINDINGS[finding - 1]([small], truth, random)]
    groups = pd.DataFrame(rows).groupby(["level", "dataset"], as_index=False)
    table = groups.agg(studies=("covered", "size"), decided=("decided", "mean"), covered=("covered", "mean"))
    return table[table["studies"] >= 2 * studies / 3]


@pytest.mark.parametrize(("finding", "rate", "share"), [(1, 0.01, 0.9), (2, 0.01, 0.5), (3, 0.05, 0.5), (4, 0.05, 0.5)])
def test_levels_hold_on_small_designs(coverage: SimpleNamespace, finding: int, rate: float, share: float) -> None:
    """With 100 studies and a true level of 7 %, 7 decisions are expected and 14 are rare (1 %)."""
    table = outcomes(coverage, finding, coverage.inputs.Truth(rate, share), 100)
    assert table["level"].str.contains("3 seeds").any()
    assert (table["decided"] <= 0.14).all(), table.to_string()
    assert (table["covered"] >= 0.86).all(), table.to_string()


@pytest.mark.parametrize("finding", [1, 2, 3, 4])
def test_intervals_contain_real_effects(coverage: SimpleNamespace, finding: int) -> None:
    table = outcomes(coverage, finding, coverage.inputs.Truth(0.05, 0.5, effect=True), 40)
    assert (table["covered"] >= 0.85).all(), table.to_string()
    assert table["decided"].max() > 0.5, table.to_string()


@pytest.mark.parametrize("finding", [1, 2, 3, 4])
def test_each_of_two_seeds_must_show_an_effect(coverage: SimpleNamespace, finding: int) -> None:
    table = outcomes(coverage, finding, coverage.inputs.Truth(0.05, 0.5), 40, seeds=2)
    two_seeds = table[table["level"].str.contains("2 seeds")]
    assert len(two_seeds)
    assert (two_seeds["decided"] <= 0.05).all(), table.to_string()


@pytest.mark.parametrize("count", [1, 4, 50])
def test_draws_are_binomial(coverage: SimpleNamespace, count: int) -> None:
    random = np.random.default_rng(count)
    for chance in (0.0, 0.003, 0.2, 0.9, 1.0):
        draws = coverage.inputs.binomial(count, np.full(40_000, chance), random)
        expected = binom.pmf(np.arange(count + 1), count, chance)
        observed = np.bincount(draws.astype(np.int64), minlength=count + 1) / len(draws)
        assert np.abs(observed - expected).max() < 0.012


def test_designs_match_the_config(coverage: SimpleNamespace) -> None:
    table = {design.dataset: design for design in coverage.designs.designs(coverage.designs.study_of([]))}
    assert table["mnist"].clean == 10_000
    assert table["mnist"].seeds == 3
    assert len(table["mnist"].shifts) == 16
    assert ("digits", 1_000) in table["mnist"].natural
    assert table["imdb"].retrained_seeds == 2


def test_a_data_set_without_quantization_aware_training_has_no_finding_2(coverage: SimpleNamespace) -> None:
    study = coverage.designs.study_of([ROOT / "config/smoke.yaml"])
    sizes = coverage.designs.designs(study)
    rows = coverage.findings.finding_2(sizes, coverage.inputs.Truth(0.05, 0.5), np.random.default_rng(0))
    assert {row.dataset for row in rows} == {"mnist"}


def test_the_number_of_processes_does_not_change_the_results(tmp_path: Path) -> None:
    def run(processes: int) -> str:
        table = tmp_path / f"{processes}.csv"
        arguments = [
            "--configfile",
            "config/smoke.yaml",
            "--studies",
            "2",
            "--claims",
            "1",
            "4",
            "decision",
            "--rates",
            "0.05",
        ]
        command = [sys.executable, "benchmarks/coverage.py", *arguments, "--processes", str(processes)]
        process = subprocess.run(
            [*command, "--table", str(table)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert "required" in process.stdout
        return table.read_text(encoding="utf-8")

    assert run(1) == run(2)
