"""A page's tables and run record must belong to the same study."""

import pandas as pd
import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.report import agreement

CONFIG = {
    "models": {},
    "study": {"datasets": ["mnist"], "methods": ["standard"], "seeds": [0], "quantizers": ["a1"]},
    "datasets": {"mnist": {"architectures": ["lenet5"], "seeds": [0, 1]}},
}


@pytest.fixture
def table():
    cells = [("mnist", "lenet5", "standard", seed, variant) for seed in (0, 1) for variant in ("float32", "a1")]
    return pd.DataFrame(cells, columns=["dataset", "architecture", "method", "seed", "variant"])


def test_tables_of_the_runs_study_agree(table, tmp_path):
    agreement.check(table, tmp_path / "evaluation.csv", CONFIG)


def test_a_variant_that_is_not_in_the_run_is_reported(table, tmp_path):
    stale = table.replace({"variant": {"a1": "a2"}})
    lacking = r"evaluation\.csv lacks rows of the study's config .*: mnist lenet5 standard 0 a1; .* 1 a1; "
    with pytest.raises(QuantshiftError, match=lacking):
        agreement.check(stale, tmp_path / "evaluation.csv", CONFIG)
    with pytest.raises(QuantshiftError, match=r"has rows that are not in .* config .*: mnist lenet5 standard 1 a1"):
        agreement.check(table, tmp_path / "x.csv", {**CONFIG, "datasets": {"mnist": {"architectures": ["lenet5"]}}})
