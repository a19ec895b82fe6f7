"""A page's tables and run record must belong to the same study."""

import pandas as pd
import pytest

from quantshift.core.errors import QuantshiftError
from quantshift.decision.not_applicable import NotApplicable
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


def test_only_variants_that_are_not_applicable_may_lack_rows(table, tmp_path):
    variants = table.assign(status="ok")
    variants.loc[variants["variant"] == "a1", "status"] = "not applicable"
    measured = table[table["variant"] == "float32"]
    agreement.check(measured, tmp_path / "evaluation.csv", CONFIG, variants)
    agreement.check(variants, tmp_path / "variants.csv", CONFIG)
    with pytest.raises(QuantshiftError, match="has rows that are not in"):
        agreement.check(table, tmp_path / "evaluation.csv", CONFIG, variants)
    variants.loc[1, "status"] = "ok"
    with pytest.raises(QuantshiftError, match="lacks rows of the study's config"):
        agreement.check(measured, tmp_path / "evaluation.csv", CONFIG, variants)


def test_a_decision_must_list_all_variants(tmp_path):
    entry = NotApplicable("mnist", "lenet5", "standard", "a1", "why")
    agreement.check_decision([entry], tmp_path / "decision.json", CONFIG)
    with pytest.raises(QuantshiftError, match=r"decision\.json lacks rows of the study's config"):
        agreement.check_decision([], tmp_path / "decision.json", CONFIG)


def test_a_variant_that_the_user_gives_belongs_to_its_model_alone(table, tmp_path):
    own = {"data": "rows", "file": "m.onnx"}
    models = {"a": own | {"variants": {"theirs": "q.onnx"}}, "b": own}
    cells = [("a", "float32"), ("a", "a1"), ("a", "theirs"), ("b", "float32"), ("b", "a1")]
    given = pd.DataFrame([("rows", model, "given", 0, variant) for model, variant in cells], columns=table.columns)
    config = CONFIG | {"models": models}
    agreement.check(pd.concat([table, given]), tmp_path / "evaluation.csv", config)
    with pytest.raises(QuantshiftError, match=r"lacks rows .*: rows a given 0 theirs; "):
        agreement.check(pd.concat([table, given[given["variant"] != "theirs"]]), tmp_path / "evaluation.csv", config)
