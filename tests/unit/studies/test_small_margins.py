"""The third finding with planted AUROCs and known verdicts."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
import pytest

from quantshift.analysis.detection.detection_draws import Draws
from quantshift.analysis.effects import claims
from quantshift.analysis.effects.source_rates import Cell
from quantshift.core.model_id import ModelId
from quantshift.seeds import generator
from quantshift.studies.arxiv_2204_04220 import published_tables
from quantshift.studies.arxiv_2204_04220.findings import small_margins
from quantshift.tables import table

AUROCS = {"margin": 0.95, "entropy": 0.85, "gini": 0.88, "least_confidence": 0.9}
Models = dict[Cell, Draws]
# Enough disagreeing sources for Student's limits to be nearly normal.
EVENTS = 1_000


def plant(
    advantage: float, noise: float = 0.005, *, inputs: int = 500, common: float = 0.05, **names: object
) -> Models:
    """Return a model whose margin has an AUROC `advantage` above that of the best other metric.

    The resamples have a spread `common` that all metrics share, as for resamples of the same inputs, and a separate
    spread `noise`.
    """
    cell = Cell("mnist", "lenet1", "standard", 0, "static_int8")._replace(**names)
    shared = generator("plant", cell.dataset).normal(0, common, 300)
    random = generator("plant", *cell)
    aurocs = AUROCS | {"margin": AUROCS["least_confidence"] + advantage}
    draws = {metric: auroc + shared + random.normal(0, noise, 300) for metric, auroc in aurocs.items()}
    return {cell: Draws(aurocs, draws, inputs, EVENTS)}


def rows(
    *models: Models, published: small_margins.Published | None = None, unlearned: Collection[ModelId] = ()
) -> pd.DataFrame:
    members = {cell: draws for model in models for cell, draws in model.items()}
    tested = small_margins.claims(members, published or {}, unlearned)
    frame = table.validated("findings", pd.DataFrame(claims.rows(tested)))
    return frame.set_index(["level", "scope"], drop=False)


@pytest.mark.parametrize(
    ("advantage", "verdict"), [(0.03, "supported"), (-0.03, "contradicted"), (0.002, "inconclusive")]
)
def test_one_seed(advantage: float, verdict: str) -> None:
    findings = rows(plant(advantage))
    assert list(findings["level"]) == ["architecture", "cell", "dataset", "overall"]
    assert set(findings["verdict"]) == {verdict}
    row = findings.loc[("cell", "mnist/lenet1/standard/static_int8")]
    assert (row["finding"], row["unit"], row["seeds"], row["n"]) == (3, "inputs", 1, 500)
    assert row["effect"] == pytest.approx(advantage)
    half = 1.96 * 0.005 * 2**0.5
    assert row["effect"] - row["effect_low"] == pytest.approx(half, rel=0.25)
    # One of three metrics is enough to contradict the claim, so the upper limit has Bonferroni's adjustment.
    assert row["effect_high"] - row["effect"] == pytest.approx(half * 2.394 / 1.96, rel=0.25)
    assert "mnist/lenet1/standard under static_int8: the margin detects disagreements better" in row["statement"]
    assert "(least confidence)" in row["statement"]


@pytest.mark.parametrize(
    ("advantages", "verdict"),
    [
        ((0.03, 0.032, 0.029), "supported"),
        ((-0.03, -0.032, -0.029), "contradicted"),
        ((0.05, -0.04, 0.01), "inconclusive"),
    ],
)
def test_seeds_are_the_unit_of_replication(advantages: Sequence[float], verdict: str) -> None:
    findings = rows(*(plant(advantage, seed=seed) for seed, advantage in enumerate(advantages)))
    assert set(findings["verdict"]) == {verdict}
    assert set(findings["unit"]) == {"seeds"}
    assert set(findings["seeds"]) == {3}
    assert findings.loc[("overall", "overall"), "effect"] == pytest.approx(np.mean(advantages), abs=1e-5)


def test_the_spread_that_metrics_share_is_ignored() -> None:
    narrow, wide = rows(plant(0.03, common=0.0)), rows(plant(0.03, common=0.2))
    key = ("overall", "overall")
    for column in ("effect_low", "effect_high"):
        assert narrow.loc[key, column] == pytest.approx(wide.loc[key, column], abs=1e-4)


def test_the_best_other_metric_is_chosen_over_the_whole_scope() -> None:
    """The best other metric differs between models."""
    first, second = plant(0.02), plant(0.02, variant="float16")
    (draws,) = second.values()
    swapped = draws.auroc | {"least_confidence": draws.auroc["gini"], "gini": draws.auroc["least_confidence"]}
    second = {cell: Draws(swapped, draws.draws, draws.inputs, EVENTS) for cell in second}
    findings = rows(first, second)
    assert findings.loc[("cell", "mnist/lenet1/standard/static_int8"), "effect"] == pytest.approx(0.02)
    assert "(gini)" in findings.loc[("cell", "mnist/lenet1/standard/float16"), "statement"]
    assert findings.loc[("architecture", "mnist/lenet1"), "effect"] == pytest.approx(0.03)


def test_the_margin_must_beat_every_other_metric() -> None:
    """The second best metric is so uncertain that it may be better than the margin."""
    ((cell, certain),) = plant(0.03).items()
    wide = generator("wide").normal(0, 0.2, 300)
    uncertain = Draws(certain.auroc, certain.draws | {"gini": certain.draws["gini"] + wide}, certain.inputs, EVENTS)
    row = rows({cell: uncertain}).loc[("overall", "overall")]
    assert row["effect"] == pytest.approx(0.03)
    assert row["verdict"] == "inconclusive"
    assert row["effect_low"] < 0 < row["effect"] < row["effect_high"]


def test_contradicting_needs_a_smaller_p_value_than_supporting() -> None:
    ahead, behind = (rows(plant(advantage)).loc[("overall", "overall")] for advantage in (0.01, -0.01))
    assert behind["p_value_raw"] == pytest.approx(3 * ahead["p_value_raw"], rel=0.01)


def test_data_sets_have_equal_weight_overall() -> None:
    models = [plant(0.01, variant=variant) for variant in ("static_int8", "float16", "weight_int8")]
    findings = rows(*models, plant(0.05, dataset="imdb", architecture="lstm", inputs=70))
    assert findings.loc[("overall", "overall"), "effect"] == pytest.approx(0.03)
    assert findings.loc[("overall", "overall"), "n"] == 570
    assert findings.loc[("dataset", "mnist"), "effect"] == pytest.approx(0.01)


def test_models_with_too_few_disagreements_are_ignored() -> None:
    unknown = few(variant="float16")
    pd.testing.assert_frame_equal(rows(plant(0.03), unknown), rows(plant(0.03)))
    assert rows(unknown).empty
    assert rows().empty


def few(**names: object) -> Models:
    """Return a model with too few disagreements for AUROCs."""
    (cell,) = plant(0.03, **names)
    return {cell: Draws(dict.fromkeys(AUROCS, np.nan), {metric: np.full(300, np.nan) for metric in AUROCS}, 500, 9)}


def test_a_model_without_aurocs_for_a_seed_does_not_exclude_the_seed() -> None:
    complete = [plant(advantage, seed=seed) for seed, advantage in enumerate((0.03, 0.032, 0.029))]
    incomplete = [plant(0.01, seed=seed, variant="float16") for seed in (0, 1)]
    findings = rows(*complete, *incomplete, few(seed=2, variant="float16"))
    for scope in ("architecture", "mnist/lenet1"), ("dataset", "mnist"), ("overall", "overall"):
        assert (findings.loc[scope, "unit"], findings.loc[scope, "seeds"]) == ("seeds", 3)
        assert findings.loc[scope, "effect"] == pytest.approx(np.mean([0.03, 0.032, 0.029]), abs=1e-5)
    # For a single model and variant, the seeds with AUROCs count.
    assert findings.loc[("cell", "mnist/lenet1/standard/float16"), "seeds"] == 2


def test_if_no_model_has_all_seeds_the_seed_with_most_models_counts() -> None:
    models = [plant(0.03), few(seed=1), few(variant="float16"), plant(0.01, variant="float16", seed=1)]
    findings = rows(*models, plant(0.01, variant="weight_int8"), few(variant="weight_int8", seed=1))
    assert findings.loc[("overall", "overall"), "effect"] == pytest.approx(0.02)
    assert (findings.loc[("overall", "overall"), "unit"], findings.loc[("overall", "overall"), "seeds"]) == (
        "inputs",
        1,
    )


def test_metrics_that_rank_alike_are_inconclusive() -> None:
    """With two classes, AUROCs that agree up to rounding in every resample are no evidence."""
    model = plant(1e-9, noise=0.0)
    findings = rows(model)
    assert set(findings["verdict"]) == {"inconclusive"}
    assert findings.loc[("overall", "overall"), "p_value_raw"] == 1
    assert set(rows(model, plant(1e-9, noise=0.0, seed=1))["verdict"]) == {"inconclusive"}


def test_published_effects_come_from_the_published_table() -> None:
    published = published_tables.detectors()
    findings = rows(plant(0.03), plant(0.03, variant="weight_int4"), plant(0.03, method="qat"), published=published)
    lenet1 = published["mnist", "lenet1", "standard"]
    assert lenet1["margin"] == 0.9476
    key = ("cell", "mnist/lenet1/standard/static_int8")
    assert findings.loc[key, "published_effect"] == pytest.approx(0.9476 - 0.8978)
    assert np.isnan(findings.loc[("cell", "mnist/lenet1/standard/weight_int4"), "published_effect"])
    qat = published["mnist", "lenet1", "qat"]
    both = (lenet1["margin"] + qat["margin"]) / 2 - (lenet1["least_confidence"] + qat["least_confidence"]) / 2
    assert findings.loc[("architecture", "mnist/lenet1"), "published_effect"] == pytest.approx(both)


def test_the_published_effect_is_not_positive_everywhere() -> None:
    published = published_tables.detectors()
    key = ("cell", "cifar10/resnet20/standard/static_int8")
    findings = rows(plant(0.03, dataset="cifar10", architecture="resnet20"), published=published)
    assert findings.loc[key, "published_effect"] == pytest.approx(0.9454 - 0.9542)


def test_the_same_models_give_the_same_rows_in_any_order() -> None:
    models = [plant(0.01), plant(0.02, method="mixup"), plant(0.03, seed=1)]
    pd.testing.assert_frame_equal(rows(*models), rows(*models[::-1]))


def test_the_overall_claim_leaves_out_a_model_that_has_not_learned() -> None:
    learned, other = plant(0.03), plant(-0.03, dataset="fashion_mnist")
    frame = rows(learned, other, unlearned={ModelId("fashion_mnist", "lenet1", "standard", 0)})
    assert frame.loc[("overall", "overall"), "effect"] == pytest.approx(0.03)
    assert frame.loc[("overall", "overall"), "left_out"] == "fashion_mnist/lenet1/standard/0"
    assert frame.loc[("dataset", "fashion_mnist"), "effect"] == pytest.approx(-0.03)
