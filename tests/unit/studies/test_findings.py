"""Findings with planted effects and known verdicts."""

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
import pytest

from quantshift.analysis.effects import claims, source_rates
from quantshift.analysis.effects.source_rates import Cell, DisagreementRates
from quantshift.analysis.masks import Mask
from quantshift.analysis.statistics.estimate import Estimate
from quantshift.analysis.statistics.verdict import verdict
from quantshift.core.errors import QuantshiftError
from quantshift.core.model_id import ModelId
from quantshift.seeds import generator
from quantshift.studies.arxiv_2204_04220 import published_tables
from quantshift.studies.arxiv_2204_04220.findings import quantization_aware, shifted_data
from quantshift.tables import schemas, table

INPUTS = 2_000
SHIFTS = ["fog", "shear", "stripe"]
Models = dict[Cell, DisagreementRates]


def plant(
    cell: Cell, clean: float, shifted: float, natural: float | None = None, *, inputs: int = INPUTS
) -> dict[Cell, DisagreementRates]:
    """Return one model with these disagreement rates; inputs that disagree under a shift tend to do so under others."""
    random = generator("plant", *cell)
    fragility = random.random(inputs)

    def mask(suite: str, shift: str, rate: float, n: int, first: int) -> Mask:
        noise = random.random(n)
        disagrees = (0.7 * fragility[:n] + 0.3 * noise) < rate if first == 0 else noise < rate
        order = random.permutation(n)
        return Mask(suite, shift, 0, disagrees[order], (np.arange(n) + first)[order])

    masks = [mask("clean", "none", clean, inputs, 0)]
    masks += [mask("mnist_c", shift, shifted, inputs, 0) for shift in SHIFTS]
    if natural is not None:
        masks.append(mask("digits", "digits", natural, 600, 100_000))
    return {cell: source_rates.from_masks(masks)}


def findings_table(tested: list[claims.Claim]) -> pd.DataFrame:
    """Return the claims as a validated findings table, by level and scope."""
    frame = table.validated("findings", pd.DataFrame(claims.rows(tested)))
    return frame.set_index(["level", "scope"], drop=False)


def shifted_claims(
    *models: Models, published: published_tables.Rates | None = None, unlearned: Collection[ModelId] = ()
) -> pd.DataFrame:
    members = {k: v for m in models for k, v in m.items()}
    return findings_table(shifted_data.claims(members, published or {}, unlearned=unlearned))


def aware_claims(
    *models: Models, published: published_tables.Rates | None = None, unlearned: Collection[ModelId] = ()
) -> pd.DataFrame:
    members = {k: v for m in models for k, v in m.items()}
    return findings_table(quantization_aware.claims(members, published or {}, unlearned=unlearned))


def cell(method: str = "standard", variant: str = "static_int8", seed: int = 0, **names: Any) -> Cell:
    return Cell(names.get("dataset", "mnist"), names.get("architecture", "lenet1"), method, seed, variant)


@pytest.mark.parametrize(
    ("clean", "shifted", "verdict"),
    [(0.1, 0.2, "supported"), (0.2, 0.1, "contradicted"), (0.15, 0.15, "inconclusive")],
)
def test_shifted_data_with_one_seed(clean: float, shifted: float, verdict: str) -> None:
    rows = shifted_claims(plant(cell(), clean, shifted))
    assert set(rows["verdict"]) == {verdict}
    assert list(rows["level"]) == ["architecture", "cell", "dataset", "overall"]
    row = rows.loc[("cell", "mnist/lenet1/standard/static_int8/mnist_c")]
    assert (row["unit"], row["seeds"], row["n"], row["suite"]) == ("inputs", 1, INPUTS, "mnist_c")
    assert "mnist/lenet1/standard under static_int8: mnist_c causes more disagreements" in row["statement"]


def test_effect_is_the_difference_of_the_mean_rates() -> None:
    model = plant(cell(), 0.1, 0.2, 0.3)
    rows = shifted_claims(model)
    rates = {suite: group.rates[suite].sum() for group in model[cell()].groups for suite in group.rates}
    for suite in ("mnist_c", "digits"):
        row = rows.loc[("cell", f"mnist/lenet1/standard/static_int8/{suite}")]
        assert row["effect"] == pytest.approx(rates[suite] - rates["clean"])
    overall = rows.loc[("overall", "overall")]
    assert overall["effect"] == pytest.approx((rates["mnist_c"] + rates["digits"]) / 2 - rates["clean"])


@pytest.mark.parametrize(("natural", "verdict"), [(0.3, "supported"), (0.02, "contradicted"), (0.1, "inconclusive")])
def test_a_natural_shift_is_an_independent_group(natural: float, verdict: str) -> None:
    rows = shifted_claims(plant(cell(), 0.2, 0.2, natural), plant(cell(variant="float16"), 0.2, 0.2, natural))
    for scope in ("mnist/lenet1/standard/static_int8/digits", "mnist/lenet1/standard/float16/digits"):
        assert rows.loc[("cell", scope), "verdict"] == verdict
        assert rows.loc[("cell", scope), "n"] == INPUTS + 600
    assert rows.loc[("architecture", "mnist/lenet1/digits"), "verdict"] == verdict


@pytest.mark.parametrize(
    ("rates", "verdict"),
    [
        ([(0.1, 0.2), (0.1, 0.22), (0.1, 0.21)], "supported"),
        ([(0.2, 0.1), (0.22, 0.1), (0.21, 0.1)], "contradicted"),
        ([(0.1, 0.2), (0.2, 0.1), (0.15, 0.16)], "inconclusive"),
    ],
)
def test_seeds_are_the_unit_of_replication(rates: list[tuple[float, float]], verdict: str) -> None:
    models = [plant(cell(seed=seed), *pair) for seed, pair in enumerate(rates)]
    rows = shifted_claims(*models)
    assert set(rows["verdict"]) == {verdict}
    assert set(rows["unit"]) == {"seeds"}
    assert set(rows["seeds"]) == {3}


def test_one_large_effect_per_seed_is_not_enough_when_seeds_differ() -> None:
    """The seeds' effects are clear but contradict each other; pooled inputs would support the claim."""
    first = shifted_claims(plant(cell(seed=0), 0.05, 0.25))
    both = shifted_claims(plant(cell(seed=0), 0.05, 0.25), plant(cell(seed=1), 0.25, 0.2))
    scope = ("cell", "mnist/lenet1/standard/static_int8/mnist_c")
    assert first.loc[scope, "verdict"] == "supported"
    assert both.loc[scope, "verdict"] == "inconclusive"


def test_float32_is_ignored() -> None:
    rows = shifted_claims(plant(cell(), 0.1, 0.2), plant(cell(variant="float32"), 0.0, 0.0))
    assert set(rows.loc["cell"]["variant"]) == {"static_int8"}
    alone = shifted_claims(plant(cell(), 0.1, 0.2))
    pd.testing.assert_frame_equal(rows, alone)


def test_several_datasets_are_averaged_overall() -> None:
    models = [plant(cell(), 0.1, 0.2), plant(cell(dataset="fashion_mnist"), 0.2, 0.2, inputs=1_000)]
    rows = shifted_claims(*models)
    assert rows.loc[("dataset", "mnist/mnist_c"), "verdict"] == "supported"
    assert rows.loc[("dataset", "fashion_mnist/mnist_c"), "verdict"] == "inconclusive"
    overall = rows.loc[("overall", "overall")]
    assert overall["effect"] == pytest.approx(rows.loc["dataset"]["effect"].mean())
    assert overall["n"] == INPUTS + 1_000
    mixed = shifted_claims(models[0], plant(cell(dataset="fashion_mnist"), 0.2, 0.2, 0.5, inputs=1_000))
    assert mixed.loc[("overall", "overall"), "verdict"] == "supported"


def test_p_values_are_adjusted_within_a_finding_and_level() -> None:
    def claim(finding: int, level: str, p_value: float) -> claims.Claim:
        return claims.Claim(finding, level, f"{p_value}", "a claim", Estimate(0.1, 0.05, 0.2, p_value, n=9, events=9))

    tested = [claim(1, "cell", 0.01), claim(1, "overall", 0.04), claim(2, "cell", 0.03), claim(1, "cell", 0.03)]
    rows = claims.rows(tested)
    assert [row["p_value"] for row in rows] == pytest.approx([0.02, 0.04, 0.03, 0.03])
    assert [row["p_value_raw"] for row in rows] == [0.01, 0.04, 0.03, 0.03]


def test_a_verdict_needs_the_interval_and_the_p_value() -> None:
    assert verdict(0.01, 0.02, 0.05, 10) == "supported"
    assert verdict(-0.02, -0.01, 0.05, 10) == "contradicted"
    for case in [(-0.02, 0.001, 0.01), (0.0, 0.02, 0.01), (-0.02, 0.0, 0.01), (-0.02, -0.01, 0.06)]:
        assert verdict(*case, 10) == "inconclusive"


def test_few_events_decide_nothing() -> None:
    assert verdict(0.01, 0.02, 0.001, 9) == "inconclusive"


@pytest.mark.parametrize(
    ("aware", "other", "verdict"),
    [(0.1, 0.2, "supported"), (0.2, 0.1, "contradicted"), (0.15, 0.15, "inconclusive")],
)
def test_quantization_aware_training(aware: float, other: float, verdict: str) -> None:
    qat, standard = plant(cell("qat"), aware, aware, aware), plant(cell(), other, other, other)
    rows = aware_claims(qat, standard)
    assert set(rows["verdict"]) == {verdict}
    row = rows.loc[("cell", "mnist/lenet1/static_int8/standard")]
    assert (row["method"], row["n"]) == ("standard", INPUTS + 600)
    models = [next(iter(model.values())) for model in (standard, qat)]
    rate = [
        (m.groups[0].rates["clean"].sum() + 3 * m.groups[0].rates["mnist_c"].sum() + m.groups[1].rates["digits"].sum())
        / 5
        for m in models
    ]
    assert row["effect"] == pytest.approx(rate[0] - rate[1])


def test_quantization_aware_training_with_seeds_and_without_a_counterpart() -> None:
    models = [plant(cell("qat", seed=seed), 0.1, 0.1) for seed in range(3)]
    models += [plant(cell("mixup", seed=seed), 0.2, 0.2 + seed / 100) for seed in range(3)]
    models += [plant(cell(architecture="lstm"), 0.2, 0.2)]
    rows = aware_claims(*models)
    assert set(rows["architecture"]) == {"lenet1", ""}
    assert set(rows["verdict"]) == {"supported"}
    assert set(rows["unit"]) == {"seeds"}


def test_quantization_aware_training_over_several_datasets() -> None:
    models = [
        plant(cell(method, dataset=dataset), rate, rate)
        for method, dataset, rate in [
            ("qat", "mnist", 0.1),
            ("standard", "mnist", 0.3),
            ("qat", "fashion_mnist", 0.2),
            ("standard", "fashion_mnist", 0.2),
        ]
    ]
    rows = aware_claims(*models)
    assert rows.loc[("dataset", "mnist"), "verdict"] == "supported"
    assert rows.loc[("dataset", "fashion_mnist"), "verdict"] == "inconclusive"
    assert rows.loc[("overall", "overall"), "effect"] == pytest.approx(rows.loc["dataset"]["effect"].mean())
    assert rows.loc[("overall", "overall"), "n"] == 2 * INPUTS


def test_test_sets_have_equal_weight_however_few_inputs_are_shifted() -> None:
    """The clean set has 400 inputs, of which the shifted sets use 20; it still counts as one of four test sets."""

    def model(method: str, shifted: bool) -> Models:
        sources = np.arange(400)
        masks = [Mask("clean", "none", 0, np.zeros(400, dtype=np.bool_), sources)]
        masks += [Mask("mnist_c", shift, 0, np.full(20, shifted), sources[:20]) for shift in SHIFTS]
        return {cell(method): source_rates.from_masks(masks)}

    rows = aware_claims(model("standard", shifted=True), model("qat", shifted=False))
    assert rows["effect"].tolist() == pytest.approx([3 / 4] * len(rows))


def test_overall_claims_use_only_seeds_of_all_data_sets() -> None:
    """Data sets with different seeds: the overall effect is that of the seed that they share."""
    models = [plant(cell(seed=seed), 0.01, 0.02) for seed in (0, 1, 2)]
    models.append(plant(cell(seed=0, dataset="imdb"), 0.1, 0.4))
    rows, shared = shifted_claims(*models), shifted_claims(models[0], models[-1])
    overall, alone = rows.loc[("overall", "overall")], rows.loc[("dataset", "mnist/mnist_c")]
    assert (overall["seeds"], overall["effect"]) == (1, shared.loc[("overall", "overall"), "effect"])
    assert overall["effect"] > 0.1
    assert (alone["seeds"], alone["unit"]) == (3, "seeds")


def test_no_claims_without_models() -> None:
    assert claims.rows([*shifted_data.claims({}, {}), *quantization_aware.claims({}, {})]) == []


def test_published_effects_come_from_the_published_table() -> None:
    published = published_tables.rates()
    models = [plant(cell(), 0.1, 0.2, 0.1), plant(cell("qat"), 0.1, 0.2, 0.1)]
    rows = shifted_claims(*models, published=published)
    row = rows.loc[("cell", "mnist/lenet1/standard/static_int8/mnist_c")]
    rate = {shift: published["mnist", "lenet1", "standard", "static_int8", shift] for shift in ["none", *SHIFTS]}
    assert row["published_effect"] == pytest.approx(np.mean([rate[shift] for shift in SHIFTS]) - rate["none"])
    assert np.isnan(rows.loc[("cell", "mnist/lenet1/standard/static_int8/digits"), "published_effect"])
    aware = aware_claims(*models, published=published).loc[("cell", "mnist/lenet1/static_int8/standard")]
    other = {shift: published["mnist", "lenet1", "qat", "static_int8", shift] for shift in ["none", *SHIFTS]}
    assert aware["published_effect"] == pytest.approx(np.mean(list(rate.values())) - np.mean(list(other.values())))


def test_published_effects_have_the_weights_of_the_effects() -> None:
    """Data sets have equal weight, however many suites they have."""
    texts = cell(dataset="imdb", architecture="lstm")
    agrees, sources = np.zeros(50, dtype=bool), np.arange(50)
    names = [("clean", "none"), ("customer_reviews", "cr"), ("yelp", "yelp")]
    masks = [Mask(suite, shift, 0, agrees, sources + 100 * n) for n, (suite, shift) in enumerate(names)]
    published = {(*cell()[:3], "static_int8", shift): 0.2 for shift in SHIFTS}
    published |= {
        (*texts[:3], "static_int8", shift): rate for shift, rate in (("none", 0.1), ("cr", 0.4), ("yelp", 0.6))
    }
    published[*cell()[:3], "static_int8", "none"] = 0.1
    row = shifted_claims(plant(cell(), 0.1, 0.2), {texts: source_rates.from_masks(masks)}, published=published)
    assert row.loc[("overall", "overall"), "published_effect"] == pytest.approx((0.1 + (0.3 + 0.5) / 2) / 2)


def test_the_same_models_give_the_same_rows_in_any_order() -> None:
    models = [plant(cell(), 0.1, 0.12, 0.1), plant(cell("mixup"), 0.1, 0.11, 0.1)]
    pd.testing.assert_frame_equal(shifted_claims(*models), shifted_claims(*models[::-1]))


def test_rates_by_source() -> None:
    def mask(suite: str, shift: str, hits: list[int], sources: list[int]) -> Mask:
        return Mask(suite, shift, 0, np.array(hits, dtype=bool), np.array(sources))

    rates = source_rates.from_masks(
        [
            mask("copies", "a", [1, 0, 0], [3, 2, 1]),
            mask("clean", "none", [0, 1, 1], [1, 2, 3]),
            mask("copies", "b", [1, 1], [2, 3]),
            mask("natural", "c", [1, 0, 0], [9, 9, 8]),
        ]
    )
    first, second = rates.groups
    assert first.sources.tolist() == [1, 2, 3]
    assert first.rates["clean"].tolist() == pytest.approx([0, 1 / 3, 1 / 3])
    # Each test set has the weight one half, shared equally by its sources.
    assert first.rates["copies"].tolist() == pytest.approx([0, 1 / 4, 1 / 6 + 1 / 4])
    assert first.exposures["copies"].tolist() == pytest.approx([1 / 6, 1 / 6 + 1 / 4, 1 / 6 + 1 / 4])
    assert rates.sets == {"clean": 1, "copies": 2, "natural": 1}
    assert second.rates["natural"].tolist() == pytest.approx([0, 1 / 4])
    assert rates.suites == ("copies", "natural")


def test_rates_need_a_clean_test_set_and_the_same_inputs() -> None:
    with pytest.raises(QuantshiftError, match="no clean test set"):
        source_rates.from_masks([Mask("digits", "digits", 0, np.array([True]), np.array([1]))])
    with pytest.raises(QuantshiftError, match="different inputs"):
        shifted_claims(plant(cell(), 0.1, 0.1), plant(cell("qat"), 0.1, 0.1, inputs=100))


def test_columns_match_the_table() -> None:
    row = claims.rows(shifted_data.claims(plant(cell(), 0.1, 0.2, inputs=50), {}))[0]
    assert list(row) == list(schemas.FINDINGS.columns)


UNLEARNED = ModelId("fashion_mnist", "lenet1", "standard", 0)


def test_a_model_that_has_not_learned_counts_only_in_narrower_claims() -> None:
    learned, other = plant(cell(), 0.1, 0.2), plant(cell(dataset="fashion_mnist"), 0.3, 0.1)
    rows, whole = shifted_claims(learned, other, unlearned={UNLEARNED}), shifted_claims(learned, other)
    pd.testing.assert_frame_equal(rows[rows["level"] != "overall"], whole[whole["level"] != "overall"])
    assert set(whole["left_out"]) == {""}
    overall, alone = rows.loc[("overall", "overall")], shifted_claims(learned).loc[("overall", "overall")]
    assert overall["left_out"] == "fashion_mnist/lenet1/standard/0"
    assert overall["statement"] == f"{alone['statement']} (without 1 model that has not learned)"
    pd.testing.assert_series_equal(
        overall.drop(["left_out", "statement"]), alone.drop(["left_out", "statement"]), check_names=False
    )


def test_a_model_is_left_out_with_all_its_seeds() -> None:
    """Otherwise its other seed would have a model that the rest lack."""
    models = [
        plant(cell(seed=seed, architecture=name), 0.1, rate)
        for seed in (0, 1)
        for name, rate in (("lenet1", 0.2), ("lenet5", 0.4))
    ]
    unlearned = ModelId("mnist", "lenet5", "standard", 1)
    overall = shifted_claims(*models, unlearned={unlearned}).loc[("overall", "overall")]
    assert (overall["seeds"], overall["left_out"]) == (2, "mnist/lenet5/standard/1")
    assert overall["effect"] == shifted_claims(*models[::2]).loc[("overall", "overall"), "effect"]


def test_if_no_model_has_learned_there_are_no_overall_claims() -> None:
    models = [plant(cell(method=method), 0.1, 0.2) for method in ("standard", "qat")]
    unlearned = {member.model for model in models for member in model}
    for rows in (shifted_claims(*models, unlearned=unlearned), aware_claims(*models, unlearned=unlearned)):
        assert "overall" not in set(rows["level"])
        assert "dataset" in set(rows["level"])


@pytest.mark.parametrize("method", ["standard", "qat"])
def test_a_pair_is_left_out_if_either_model_has_not_learned(method: str) -> None:
    models = [plant(cell(method=name), 0.1, 0.2) for name in ("standard", "mixup", "qat")]
    others = [plant(cell(method=name, dataset="fashion_mnist"), 0.2, 0.3) for name in ("standard", "mixup", "qat")]
    rows = aware_claims(*models, *others, unlearned={UNLEARNED._replace(method=method)})
    left_out = rows.loc["overall"]["left_out"].to_dict()
    name = f"fashion_mnist/lenet1/{method}/0"
    # The pair of mixup has learned, unless the quantization-aware model has not.
    assert left_out["overall/mixup"] == ("" if method == "standard" else name)
    assert left_out["overall/standard"] == left_out["overall"] == name
    assert set(rows.loc["dataset"]["left_out"]) == {""}


def test_a_conjunction_needs_each_of_its_methods() -> None:
    """Without adversarial training, being better than "every other training method" would be an easier claim."""
    models = [plant(cell(method=name), 0.1, 0.2) for name in ("standard", "mixup", "adversarial", "qat")]
    rows = aware_claims(*models, unlearned={ModelId("mnist", "lenet1", "adversarial", 0)})
    assert set(rows.loc["overall"].index) == {
        *("overall/mixup", "overall/standard"),
        *(f"overall/static_int8/{method}" for method in ("mixup", "standard")),
    }
    assert "mnist" in rows.loc["dataset"].index
