"""A quick cut of benchmarks/coverage.py: verdicts keep their level on designs with few events."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def coverage() -> ModuleType:
    described = importlib.util.spec_from_file_location("coverage_of_verdicts", ROOT / "benchmarks/coverage.py")
    assert described is not None
    assert described.loader is not None
    module = importlib.util.module_from_spec(described)
    sys.modules["coverage_of_verdicts"] = module
    described.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("finding", "rate", "share"), [(1, 0.01, 0.9), (2, 0.01, 0.5), (3, 0.05, 0.5), (4, 0.05, 0.5)])
def test_levels_hold_on_small_designs(coverage: ModuleType, finding: int, rate: float, share: float) -> None:
    """Of 150 studies 10.5 may reject at 7 %; 19 would be rare (1 %) at a true 7 %."""
    small = coverage.Design("small", 300, (("corruptions", 3, 30),) * 19, (("other", 200),), 2, 4, 4, 3)
    found = coverage.simulate([small], 150, [finding], [coverage.Null(rate, share)])
    assert len(found)
    enough = found[found["studies"] >= 100]
    assert (enough["rejected"] <= 0.125).all(), enough.to_string()
    assert (enough["covered"] >= 0.875).all(), enough.to_string()


def test_designs_are_those_of_the_config(coverage: ModuleType) -> None:
    found = {design.dataset: design for design in coverage.designs(coverage.study_of([]))}
    assert found["mnist"].clean == 10_000
    assert len(found["mnist"].shifts) == 16
    assert ("digits", 1_000) in found["mnist"].natural
