"""A quick cut of benchmarks/coverage.py: verdicts keep their level on designs with few events."""

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
    # Behind all others: a package of the name `coverage` stays the one that is imported.
    sys.path.append(str(ROOT / "benchmarks"))
    from simulated_studies import designs, findings, inputs

    yield SimpleNamespace(designs=designs, findings=findings, inputs=inputs)
    sys.path.remove(str(ROOT / "benchmarks"))


def outcomes(coverage: SimpleNamespace, finding: int, truth: object, studies: int, seeds: int = 3) -> pd.DataFrame:
    """Return the shares of decided claims and of intervals that held the truth, by level and data set."""
    shifts = (("corruptions", 2, 30),) * 19
    small = coverage.designs.Design("small", 300, shifts, (("other", 200),), 2, METHODS, 4, seeds, 2, 4, seeds)
    random = np.random.default_rng(finding)
    rows = [one for _ in range(studies) for one in coverage.findings.FINDINGS[finding - 1]([small], truth, random)]
    found = pd.DataFrame(rows).groupby(["level", "dataset"], as_index=False)
    table = found.agg(studies=("held", "size"), decided=("decided", "mean"), held=("held", "mean"))
    return table[table["studies"] >= 2 * studies / 3]


@pytest.mark.parametrize(("finding", "rate", "share"), [(1, 0.01, 0.9), (2, 0.01, 0.5), (3, 0.05, 0.5), (4, 0.05, 0.5)])
def test_levels_hold_on_small_designs(coverage: SimpleNamespace, finding: int, rate: float, share: float) -> None:
    """Of 100 studies 7 may decide at 7 %; 14 would be rare (1 %) at a true 7 %."""
    found = outcomes(coverage, finding, coverage.inputs.Truth(rate, share), 100)
    assert found["level"].str.contains("3 seeds").any()
    assert (found["decided"] <= 0.14).all(), found.to_string()
    assert (found["held"] >= 0.86).all(), found.to_string()


@pytest.mark.parametrize("finding", [1, 2, 3, 4])
def test_intervals_hold_effects_that_are_there(coverage: SimpleNamespace, finding: int) -> None:
    found = outcomes(coverage, finding, coverage.inputs.Truth(0.05, 0.5, effect=True), 40)
    assert (found["held"] >= 0.85).all(), found.to_string()
    assert found["decided"].max() > 0.5, found.to_string()


@pytest.mark.parametrize("finding", [1, 2, 3, 4])
def test_two_seeds_each_have_to_show_an_effect(coverage: SimpleNamespace, finding: int) -> None:
    found = outcomes(coverage, finding, coverage.inputs.Truth(0.05, 0.5), 40, seeds=2)
    of_two = found[found["level"].str.contains("2 seeds")]
    assert len(of_two)
    assert (of_two["decided"] <= 0.05).all(), found.to_string()


@pytest.mark.parametrize("count", [1, 4, 50])
def test_draws_are_binomial(coverage: SimpleNamespace, count: int) -> None:
    random = np.random.default_rng(count)
    for chance in (0.0, 0.003, 0.2, 0.9, 1.0):
        draws = coverage.inputs.binomial(count, np.full(40_000, chance), random)
        expected = binom.pmf(np.arange(count + 1), count, chance)
        seen = np.bincount(draws.astype(np.int64), minlength=count + 1) / len(draws)
        assert np.abs(seen - expected).max() < 0.012


def test_designs_are_those_of_the_config(coverage: SimpleNamespace) -> None:
    found = {design.dataset: design for design in coverage.designs.designs(coverage.designs.study_of([]))}
    assert found["mnist"].clean == 10_000
    assert found["mnist"].seeds == 3
    assert len(found["mnist"].shifts) == 16
    assert ("digits", 1_000) in found["mnist"].natural
    assert found["imdb"].retrained_seeds == 2


def test_a_data_set_without_quantization_aware_training_has_no_finding_2(coverage: SimpleNamespace) -> None:
    study = coverage.designs.study_of([ROOT / "config/smoke.yaml"])
    sizes = coverage.designs.designs(study)
    drawn = coverage.findings.finding_2(sizes, coverage.inputs.Truth(0.05, 0.5), np.random.default_rng(0))
    assert {one.dataset for one in drawn} == {"mnist"}


def test_processes_do_not_change_the_figures(tmp_path: Path) -> None:
    def run(processes: int) -> str:
        table = tmp_path / f"{processes}.csv"
        arguments = ["--configfile", "config/smoke.yaml", "--studies", "2", "--findings", "1", "4", "--rates", "0.05"]
        command = [sys.executable, "benchmarks/coverage.py", *arguments, "--processes", str(processes)]
        done = subprocess.run([*command, "--table", str(table)], cwd=ROOT, capture_output=True, text=True, check=True)
        assert "asked for" in done.stdout
        return table.read_text(encoding="utf-8")

    assert run(1) == run(2)
