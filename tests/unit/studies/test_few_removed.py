"""Finding 4 on planted disagreements with known verdicts."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from quantshift.analysis.effects import claims
from quantshift.analysis.retrained import BeforeAndAfter, Cell
from quantshift.core.errors import QuantshiftError
from quantshift.core.model_id import ModelId
from quantshift.studies.arxiv_2204_04220 import published_tables
from quantshift.studies.arxiv_2204_04220.findings import few_removed
from quantshift.tables import table

INPUTS = 5_000


def plant(persisting, fixed, new, **names):
    """Return a retrained model and variant with these counts."""
    defaults = {
        "dataset": "mnist",
        "architecture": "lenet1",
        "method": "standard",
        "seed": 0,
        "variant": "static_int8",
        "protocol": "held_out",
    }
    cell = Cell(**{**defaults, **names})
    order = np.random.default_rng([cell.seed, len(cell.variant)]).permutation(INPUTS)
    before, after = np.zeros(INPUTS, dtype=bool), np.zeros(INPUTS, dtype=bool)
    before[order[: persisting + fixed]] = True
    after[order[:persisting]] = True
    after[order[persisting + fixed : persisting + fixed + new]] = True
    return {cell: BeforeAndAfter(np.arange(INPUTS), before, after)}


def findings(*models, published=None, unlearned=()):
    members = {cell: pair for model in models for cell, pair in model.items()}
    tested = few_removed.claims(members, published or {}, unlearned)
    frame = table.validated("findings", pd.DataFrame(claims.rows(tested)))
    return frame.set_index(["level", "scope"], drop=False)


@pytest.mark.parametrize(
    ("planted", "verdict"),
    [
        ((70, 10, 10), "supported"),  # as many as before
        ((0, 80, 80), "supported"),  # all old ones fixed, as many new ones
        ((10, 70, 5), "contradicted"),
        ((0, 80, 0), "contradicted"),
        ((20, 20, 2), "inconclusive"),  # about half remain
        ((3, 0, 0), "inconclusive"),  # too few events
        ((0, 3, 0), "inconclusive"),
    ],
)
def test_verdicts_of_one_model(planted, verdict):
    rows = findings(plant(*planted))
    assert list(rows["level"]) == ["architecture", "cell", "dataset", "overall"]
    assert set(rows["verdict"]) == {verdict}
    persisting, fixed, new = planted
    assert rows["effect"].to_numpy() == pytest.approx((persisting + new) / (persisting + fixed) - 0.5)
    row = rows.loc[("cell", "mnist/lenet1/standard/static_int8")]
    assert (row["unit"], row["seeds"], row["n"]) == ("inputs", 1, INPUTS)


def test_protocols_have_separate_claims():
    rows = findings(plant(70, 10, 10), plant(5, 75, 0, protocol="published"))
    held_out, leaking = rows.loc[("overall", "overall")], rows.loc[("overall", "overall/published")]
    assert (held_out["verdict"], leaking["verdict"]) == ("supported", "contradicted")
    assert "held-out" in held_out["statement"]
    assert "leaks" in leaking["statement"]
    assert ("cell", "mnist/lenet1/standard/static_int8/published") in rows.index


def test_models_of_a_scope_are_counted_together():
    rows = findings(plant(60, 40, 0), plant(0, 10, 0, variant="float16"), plant(2, 0, 0, architecture="lenet5"))
    assert rows.loc[("architecture", "mnist/lenet1"), "effect"] == pytest.approx(60 / 110 - 0.5)
    assert rows.loc[("dataset", "mnist"), "effect"] == pytest.approx(62 / 112 - 0.5)


def test_data_sets_have_equal_weight():
    rows = findings(plant(80, 20, 0), plant(2, 8, 0, dataset="imdb", architecture="lstm"))
    assert rows.loc[("overall", "overall"), "effect"] == pytest.approx((0.8 + 0.2) / 2 - 0.5)
    assert rows.loc[("overall", "overall"), "n"] == 2 * INPUTS


def test_without_earlier_disagreements_there_is_no_claim():
    models = plant(70, 10, 10), plant(0, 0, 9, variant="float16"), plant(0, 0, 9, dataset="imdb")
    rows = findings(*models)
    assert list(rows.loc["cell"]["variant"]) == ["static_int8"]
    assert list(rows.loc["dataset"]["dataset"]) == ["mnist"]
    # New disagreements of other variants count if the scope had any before.
    assert rows.loc[("architecture", "mnist/lenet1"), "effect"] == pytest.approx(89 / 80 - 0.5)
    assert few_removed.claims({}, {}) == []


@pytest.mark.parametrize(
    ("planted", "verdict"),
    [
        ([(70, 10, 10), (66, 14, 9), (68, 12, 5)], "supported"),
        ([(10, 70, 5), (12, 68, 6), (9, 71, 5)], "contradicted"),
        ([(70, 10, 0), (10, 70, 0), (40, 40, 0)], "inconclusive"),  # seeds that contradict each other
    ],
)
def test_seeds_are_the_unit_of_replication(planted, verdict):
    rows = findings(*(plant(*counts, seed=seed) for seed, counts in enumerate(planted)))
    assert set(rows["verdict"]) == {verdict}
    assert set(rows["unit"]) == {"seeds"}
    assert set(rows["seeds"]) == {3}


def test_a_seed_without_earlier_disagreements_is_ignored():
    rows = findings(plant(70, 10, 10), plant(0, 0, 4, seed=1))
    assert set(rows["seeds"]) == {1}
    assert set(rows["effect"].round(6)) == {0.5}


def test_a_data_set_without_disagreements_for_a_seed_does_not_exclude_the_seed():
    complete = [plant(70, 10, seed, seed=seed) for seed in range(3)]
    incomplete = [
        plant(1, 0, 0, dataset="imdb", seed=0),
        *(plant(0, 0, 2, dataset="imdb", seed=seed) for seed in (1, 2)),
    ]
    rows = findings(*complete, *incomplete)
    assert (rows.loc[("overall", "overall"), "unit"], rows.loc[("overall", "overall"), "seeds"]) == ("seeds", 3)
    assert rows.loc[("overall", "overall"), "effect"] == pytest.approx(71 / 80 - 0.5)


@pytest.mark.parametrize("protocol", ["held_out", "control"])
def test_a_model_ruined_with_one_seed_does_not_exclude_the_seed(protocol):
    both = [
        plant(70, 10, seed, seed=seed, protocol=name, variant=variant)
        for seed in range(2)
        for name in ("held_out", "control")
        for variant in ("static_int8", "float16")
    ]
    for model in both:
        for cell, pair in model.items():
            if cell.seed == 0 and cell.variant == "float16" and cell.protocol == protocol:
                model[cell] = replace(pair, usable=False)
    rows = findings(*both)
    for scope in ("overall/against_control", f"overall/{protocol}".removesuffix("/held_out")):
        assert (rows.loc[("overall", scope), "seeds"], rows.loc[("overall", scope), "n"]) == (2, INPUTS)
    # On its own, the model has the other seed.
    assert rows.loc[("cell", "mnist/lenet1/standard/float16/against_control"), "seeds"] == 1


def test_published_effects_come_from_the_published_counts_which_leak():
    published, leaking = published_tables.retraining(), {"protocol": "published"}
    rows = findings(
        plant(70, 10, 10),
        plant(70, 10, 10, **leaking),
        plant(70, 10, 10, variant="float16", **leaking),
        plant(70, 10, 10, variant="static_int8_entropy", **leaking),
        plant(70, 10, 10, architecture="lenet5", **leaking),
        plant(70, 10, 10, method="qat", **leaking),
        published=published,
    )
    effects = rows["published_effect"]
    assert effects["cell", "mnist/lenet1/standard/static_int8/published"] == 7 / 14 - 0.5
    assert np.isnan(effects["cell", "mnist/lenet1/standard/static_int8"])  # no published value for held-out inputs
    assert np.isnan(effects["cell", "mnist/lenet1/standard/float16/published"])  # 0 before
    assert np.isnan(effects["cell", "mnist/lenet1/standard/static_int8_entropy/published"])
    assert np.isnan(effects["cell", "mnist/lenet1/qat/static_int8/published"])
    assert effects["dataset", "mnist/published"] == pytest.approx((7 + 3) / (14 + 4) - 0.5)


def test_the_order_of_the_models_does_not_matter():
    models = [plant(30, 10, 2), plant(5, 9, 1, variant="float16"), plant(8, 8, 8, dataset="imdb")]
    pd.testing.assert_frame_equal(findings(*models), findings(*models[::-1]))


def test_models_of_a_data_set_are_counted_on_the_same_inputs():
    (cell, pair), *_ = plant(5, 5, 5, variant="float16").items()
    other = {cell: BeforeAndAfter(pair.sources + 1, pair.before, pair.after)}
    with pytest.raises(QuantshiftError, match="counted on different inputs"):
        few_removed.claims(plant(5, 5, 5) | other, {})


def test_a_data_set_with_few_disagreements_does_not_dominate():
    many, few = plant(40, 10, 0), plant(0, 1, 11, dataset="imdb", architecture="lstm")
    rows = findings(many, few)
    assert rows.loc[("overall", "overall"), "effect"] == pytest.approx(40 / 50 - 0.5)
    assert rows.loc[("dataset", "imdb"), "effect"] == pytest.approx(11 - 0.5)
    # On its own it counts.
    assert findings(few).loc[("overall", "overall"), "effect"] == pytest.approx(11 - 0.5)


def test_the_overall_claim_leaves_out_a_model_that_has_not_learned():
    learned, other = plant(70, 10, 10), plant(0, 80, 0, dataset="fashion_mnist")
    rows = findings(learned, other, unlearned={ModelId("fashion_mnist", "lenet1", "standard", 0)})
    assert rows.loc[("overall", "overall"), "effect"] == rows.loc[("dataset", "mnist"), "effect"]
    assert rows.loc[("overall", "overall"), "left_out"] == "fashion_mnist/lenet1/standard/0"
    assert rows.loc[("dataset", "fashion_mnist"), "verdict"] == "contradicted"
