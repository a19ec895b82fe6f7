"""The page's entries about the findings: verdicts, published values, contradictions."""

import math

import pandas as pd
import pytest

from quantshift.report.findings import FINDINGS, outcome, summary


def row(finding=1, scope="overall", level="overall", verdict="supported", effect=0.01, published=math.nan, **names):
    scope_names = {"dataset": "", "architecture": "", "method": "", "variant": "", "suite": ""} | names
    return {
        "finding": finding,
        "scope": scope,
        "statement": "Claim",
        "verdict": verdict,
        "effect": effect,
        "effect_low": effect - 0.005,
        "effect_high": effect + 0.005,
        "p_value": 0.01,
        "n": 1000,
        "level": level,
        "unit": "inputs",
        "seeds": 1,
        "published_effect": published,
        "events": 50,
        "seed_sets": 2 if verdict != "inconclusive" else 0,
        "effect_without_ties": math.nan,
        "effect_without_ties_low": math.nan,
        "effect_without_ties_high": math.nan,
        **scope_names,
    }


def summarized(number, *rows):
    return summary(number, pd.DataFrame(rows, columns=list(row())))


@pytest.mark.parametrize("number", FINDINGS)
def test_an_untested_finding_has_a_reason(number):
    finding = summarized(number)
    assert not finding["tested"]
    assert finding["absent"]


@pytest.mark.parametrize("number", FINDINGS)
@pytest.mark.parametrize("verdict", ["supported", "contradicted", "inconclusive"])
def test_every_status_has_a_distinct_meaning(number, verdict):
    finding = summarized(number, row(number, verdict=verdict))
    status = "open" if verdict == "inconclusive" else verdict
    assert finding["status"] == finding["rows"][0]["verdict"] == status
    assert finding["meaning"] == FINDINGS[number].meaning[status]
    assert len(set(FINDINGS[number].meaning.values())) == 3
    assert (finding["contradicts"] is not None) == (verdict == "contradicted")
    assert (finding["reason"] is not None) == (status == "open")


def test_a_verdict_of_one_set_of_seeds_is_open():
    finding = summarized(1, row() | {"seed_sets": 1})
    assert finding["status"] == finding["rows"][0]["verdict"] == "open"
    assert "trained with different seeds" in finding["reason"]


def test_a_verdict_of_one_set_of_seeds_contradicts_nothing():
    one_set = {"seed_sets": 1}
    cells = [row(scope=str(i), level="cell", verdict="contradicted") | one_set for i in range(3)]
    finding = summarized(1, row(verdict="contradicted") | one_set, *cells)
    assert finding["contradicts"] is None
    assert finding["counts"] == {"supported": 0, "contradicted": 0, "open": 3}


def test_too_few_events_are_the_reason_for_an_open_claim():
    assert "Only 9 inputs show" in summarized(1, row(verdict="inconclusive") | {"events": 9})["reason"]
    assert "Only 1 input shows" in summarized(1, row(verdict="inconclusive") | {"events": 1})["reason"]


def test_the_effect_is_also_shown_without_ties():
    ties = {"effect_without_ties": 0.002, "effect_without_ties_low": -0.001, "effect_without_ties_high": 0.004}
    shown = summarized(1, row() | ties)["effect_without_ties"]
    assert shown == "0.20 percentage points (-0.10 to 0.40 percentage points)"
    assert summarized(1, row())["effect_without_ties"] is None


def test_a_conjunction_is_the_main_claim_and_its_parts_are_shown_first():
    parts = [
        row(2, scope="overall/adversarial", method="adversarial"),
        row(2, scope="overall/standard", method="standard"),
        row(2, scope="overall/static_int8/standard", method="standard", variant="static_int8"),
    ]
    finding = summarized(2, *parts, row(2, verdict="inconclusive"))
    assert finding["status"] == "open"
    assert [entry["scope"] for entry in finding["rows"]] == [
        "all data sets, compared with standard, static int8",
        "all data sets, compared with standard",
        "all data sets, compared with adversarial",
        "all data sets",
    ]


def test_the_retraining_control_is_shown_but_does_not_decide():
    rows = [
        row(4, effect=0.1),
        row(4, scope="overall/control", effect=0.3),
        row(4, scope="overall/against_control", effect=0.2),
    ]
    finding = summarized(4, *rows)
    assert finding["effect"] == "60 %"
    assert [entry["scope"] for entry in finding["rows"]] == [
        "all data sets",
        "all data sets, trained equally long without the disagreements",
    ]


def test_differences_are_in_percentage_points():
    finding = summarized(1, row(published=0.0053))
    assert finding["effect"] == "1.00 percentage points"
    assert finding["interval"] == "0.50 to 1.50 percentage points"
    assert finding["published"] == "0.53 percentage points"
    assert finding["rows"][0]["effect"] == pytest.approx(1.0)
    assert summarized(1, row())["published"] is None


def test_a_negative_effect_is_stated_in_the_other_direction():
    assert outcome(FINDINGS[2], -0.01, -0.015, -0.005) == (
        "Models from quantization-aware training disagree 1.000 percentage points more often than those from the best "
        "other method "
        "(95 % interval 0.500 to 1.500 percentage points)"
    )
    assert outcome(FINDINGS[4], -0.1, -0.4, 0.2).startswith("After retraining, there are 40 % as many disagreements")


def test_an_interval_without_a_practical_limit_says_so():
    few = {"effect": 2.5, "effect_low": -0.5, "effect_high": 999.5, "events": 3}
    compared = {"effect": -0.5, "effect_low": -40.0, "effect_high": 0.4}
    finding = summarized(4, row(4) | few, row(4, scope="overall/against_control") | compared)
    assert (finding["effect"], finding["interval"]) == ("300 %", "from 0 %, no upper limit")
    assert finding["outcome"].endswith("(95 % interval from 0 %, no upper limit)")
    assert "interval of the difference: up to 40 %, no lower limit of those before" in finding["against_control"]


def test_individual_claims_that_contradict_are_counted():
    cells = [row(scope=str(i), level="cell", verdict="contradicted" if i < 2 else "supported") for i in range(5)]
    finding = summarized(1, row(), *cells)
    assert finding["counts"] == {"supported": 3, "contradicted": 2, "open": 0}
    assert finding["contradicts"] == "2 of the 5 individual claims contradict the paper."
    assert [entry["level"] for entry in finding["rows"]] == ["overall"]


def test_held_out_inputs_decide_on_retraining_next_to_the_published_value():
    rows = [row(4, effect=0.1), row(4, scope="overall/published", effect=-0.3, published=0.25)]
    finding = summarized(4, *rows)
    assert finding["effect"] == "60 %"
    assert (finding["published"], finding["published_leaks"]) == ("75 %", True)
    assert [entry["scope"] for entry in finding["rows"]] == ["all data sets", "all data sets, as published (leaks)"]
    assert summarized(4, rows[1])["effect"] == "20 %"


def test_a_suite_or_a_preset_may_be_named_published():
    suite = row(scope="mnist/published", level="dataset", dataset="mnist", suite="published")
    preset = row(
        4, scope="a/b/c/published", level="cell", dataset="a", architecture="b", method="c", variant="published"
    )
    assert [entry["scope"] for entry in summarized(1, suite)["rows"]] == ["MNIST · published"]
    assert summarized(4, row(4), preset)["counts"]["supported"] == 1


def test_units_include_seeds():
    finding = summarized(1, row() | {"n": 11_797, "unit": "seeds", "seeds": 3})
    assert finding["units"] == finding["rows"][0]["units"] == "11,797 inputs, 3 seeds"
    assert summarized(1, row())["units"] == "1,000 inputs"


def test_scopes_have_readable_names():
    rows = [
        row(),
        row(scope="mnist/lenet5", level="architecture", dataset="mnist", architecture="lenet5", suite="mnist_c"),
    ]
    assert [entry["scope"] for entry in summarized(1, *rows)["rows"]] == ["all data sets", "MNIST · LeNet-5 · MNIST-C"]


def test_ratios_with_wide_intervals_are_not_drawn():
    wide, few = row(4, level="dataset", scope="emoji", dataset="emoji"), row(4, level="dataset", scope="x", dataset="x")
    rows = [row(4), wide | {"effect_high": 40.0}, few | {"events": 3}]
    assert [entry["scope"] for entry in summarized(4, *rows)["rows"]] == ["all data sets"]


def test_parts_of_a_conjunction_are_drawn_at_the_levels_that_readers_compare():
    names = {"dataset": "mnist", "architecture": "lenet5"}
    rows = [
        row(2),
        row(2, level="dataset", scope="mnist/standard", dataset="mnist", method="standard"),
        row(
            2,
            level="dataset",
            scope="mnist/static_int8/standard",
            dataset="mnist",
            method="standard",
            variant="static_int8",
        ),
        row(2, level="architecture", scope="mnist/lenet5", **names),
        row(2, level="architecture", scope="mnist/lenet5/standard", method="standard", **names),
    ]
    shown = [entry["scope"] for entry in summarized(2, *rows)["rows"]]
    assert shown == ["all data sets", "MNIST, compared with standard", "MNIST · LeNet-5"]
